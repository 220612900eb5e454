import type { ColumnBuilder } from "../csv/column-builder.js";
import { LineIndex } from "../csv/line-index.js";
import { DataError } from "../data-error.js";
import { interpret, type Table } from "./interpret.js";
import { columnOf } from "./made-column.js";
import type { ReadOptions } from "./options.js";

/** Finds the series in columns of a source that is no text. Rows are numbered from 1, or from `firstRow`. */
export function tableFrom(columns: readonly ColumnBuilder[], options: ReadOptions, firstRow = 1): Table {
  const rows = columns.reduce((most, column) => Math.max(most, column.rows), 0);
  if (rows === 0) throw new DataError("expected rows of data, got none", { file: options.file });
  const uneven = columns.find((column) => column.rows !== rows);
  if (uneven)
    throw new DataError(`expected ${rows} values as in other columns, got ${uneven.rows}`, {
      file: options.file,
      column: uneven.name,
    });
  const lines = new LineIndex();
  for (let row = 0; row < rows; row++) lines.push(firstRow + row);
  return interpret({ columns, rows, lines, names: columns.map(({ name }) => name), notes: [] }, options);
}

/** The same from records of named values; a name that a record lacks is missing there. */
export function tableFromRecords(records: readonly Readonly<Record<string, unknown>>[], options: ReadOptions): Table {
  const names = new Set<string>();
  for (const record of records) for (const name of Object.keys(record)) names.add(name);
  const columns = [...names].map((name, index) =>
    columnOf(
      name,
      records.map((record) => record[name]),
      index,
    ),
  );
  return tableFrom(columns, options);
}
