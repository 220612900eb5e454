import { DataError } from "../data-error.js";
import type { Table } from "../table/interpret.js";
import { columnOf } from "../table/made-column.js";
import { tableFrom, tableFromRecords } from "../table/made-table.js";
import { checkReadOptions, type ReadOptions } from "../table/options.js";
import { allBytes, chunksOf, type Source } from "./source.js";

/**
 * Reads JSON: an array of records, an array of arrays under a header, columns by name, pandas' `split` form, any of them under a single
 * name such as `data`; or one record per line (NDJSON).
 * @throws DataError for text that is no JSON, with its line, and for JSON that is no table.
 */
export async function readJson(source: Source, options: ReadOptions = {}): Promise<Table> {
  checkReadOptions(options);
  const bytes = await allBytes(chunksOf(source));
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new DataError("expected JSON in UTF-8, got bytes that are not", { file: options.file });
  }
  return fromValue(parse(text, options.file), options);
}

function parse(text: string, file: string | undefined): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const lines = text.split(/\r?\n/);
    const filled = lines.filter((line) => line.trim() !== "");
    if (filled.length < 2 || !filled[0]!.trim().endsWith("}")) {
      throw new DataError(`expected JSON, got text that is not: ${(error as Error).message}`, { file });
    }
    const records: unknown[] = [];
    lines.forEach((line, i) => {
      if (line.trim() === "") return;
      try {
        records.push(JSON.parse(line));
      } catch {
        throw new DataError(`expected one JSON record per line, got "${line.trim().slice(0, 40)}"`, {
          file,
          row: i + 1,
        });
      }
    });
    return records;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function fromValue(value: unknown, options: ReadOptions, depth = 0): Table {
  if (Array.isArray(value)) {
    if (value.length > 0 && value.every(isRecord)) return tableFromRecords(value, options);
    if (value.length > 0 && value.every(Array.isArray)) return fromRows(value, options);
    if (value.length > 0 && value.every((x) => x === null || typeof x === "number"))
      return tableFrom([columnOf("value", value, 0)], options);
  }
  if (isRecord(value)) {
    const { columns, data, index } = value;
    if (Array.isArray(columns) && Array.isArray(data)) {
      const labeled = Array.isArray(index) && index.length === data.length;
      const rows = data.map((row: unknown, i) => (labeled ? [index[i], ...(row as unknown[])] : (row as unknown[])));
      return fromRows([labeled ? ["", ...columns] : columns, ...rows], options);
    }
    const entries = Object.entries(value);
    const lists = entries.filter(([, list]) => Array.isArray(list));
    if (
      lists.length > 1 &&
      lists.every(([, list]) => (list as unknown[]).length === (lists[0]![1] as unknown[]).length)
    ) {
      return tableFrom(
        lists.map(([name, list], i) => columnOf(name, list as unknown[], i)),
        options,
      );
    }
    if (lists.length === 1 && depth === 0) return fromValue(lists[0]![1], options, 1);
    if (entries.length > 0 && entries.every(([, column]) => isRecord(column)))
      return fromLabels(value as Record<string, Record<string, unknown>>, options);
  }
  throw new DataError("expected records, rows or columns of a table, got other JSON", { file: options.file });
}

function fromRows(rows: readonly unknown[][], options: ReadOptions): Table {
  const [first] = rows as [unknown[]];
  const headed = first.every((cell) => typeof cell === "string");
  const names = first.map((cell, i) => (headed ? String(cell) : String(i + 1)));
  const body = headed ? rows.slice(1) : rows;
  return tableFrom(
    names.map((name, c) =>
      columnOf(
        name,
        body.map((row) => row[c]),
        c,
      ),
    ),
    options,
  );
}

/** pandas' default: columns by name, values by the row's label. */
function fromLabels(
  columns: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  options: ReadOptions,
): Table {
  const labels = new Set<string>();
  for (const column of Object.values(columns)) for (const label of Object.keys(column)) labels.add(label);
  const index = columnOf("index", [...labels], 0);
  return tableFrom(
    [
      index,
      ...Object.entries(columns).map(([name, column], i) =>
        columnOf(
          name,
          [...labels].map((label) => column[label]),
          i + 1,
        ),
      ),
    ],
    options,
  );
}
