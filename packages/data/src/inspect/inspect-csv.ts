import { DataError } from "../data-error.js";
import { usualStep } from "../time/infer-frequency.js";
import { formatTime, parseTime, parseTimeOf, type TimeUnit } from "../time/time.js";
import { parseCell } from "./cell.js";
import { type CsvRecord, recordsOf } from "./csv-records.js";
import { type CsvOptions, findColumns, hasHeader, isEmpty } from "./csv-table.js";

/** A cell that is neither a number nor empty, or a time that cannot be read or counts something else than the first. */
export interface BadCell {
  readonly row: number;
  readonly column: string;
  readonly text: string;
}

/** A stretch of the time axis without rows. */
export interface Gap {
  readonly after: string;
  readonly before: string;
  /** Steps that are absent. */
  readonly steps: number;
}

/** What a file holds, good and bad. */
export interface Inspection {
  readonly rows: number;
  /** The columns of values, with their numbers of numbers and of empty cells. */
  readonly columns: readonly { readonly name: string; readonly numbers: number; readonly missing: number }[];
  readonly time: {
    readonly name: string;
    readonly unit: TimeUnit;
    readonly step: number;
    readonly first: string;
    readonly last: string;
  };
  readonly gaps: readonly Gap[];
  readonly duplicates: readonly { readonly row: number; readonly time: string }[];
  /** Rows whose time is before that of the row above. */
  readonly unsorted: readonly { readonly row: number; readonly time: string }[];
  readonly badCells: readonly BadCell[];
  /** Rows of another number of cells than the first. */
  readonly ragged: readonly { readonly row: number; readonly cells: number }[];
}

/**
 * Looks through a whole file and lists what is wrong with it, instead of stopping at the first fault.
 * @throws DataError for a file without rows, quotes that do not end, a column that is not there, or no column of numbers.
 */
export function inspectCsv(text: string, options: CsvOptions = {}): Inspection {
  const records = recordsOf(text, options);
  const [first] = records;
  const { file, decimal = "." } = options;
  if (!first) throw new DataError("expected rows of data, got an empty file", { file });
  const headed = hasHeader(first, options);
  const names = headed ? first.cells : first.cells.map((_, i) => String(i + 1));
  const found = records.slice(headed ? 1 : 0);
  if (found.length === 0) throw new DataError("expected rows of data, got a header alone", { file });
  const columns = findColumns(names, found, options);
  const rows = found.filter((record) => !isEmpty(record, columns));
  const badCells: BadCell[] = [];

  const counted = columns.values.map((index) => {
    const name = names[index]!;
    let numbers = 0;
    let missing = 0;
    for (const { cells, row } of rows) {
      const cell = cells[index] ?? "";
      const value = parseCell(cell, decimal);
      if (value === undefined) badCells.push({ row, column: name, text: cell });
      else if (Number.isNaN(value)) missing++;
      else numbers++;
    }
    return { name, numbers, missing };
  });
  const ragged = rows.flatMap(({ cells, row }) =>
    cells.length === names.length ? [] : [{ row, cells: cells.length }],
  );
  const times = inspectTimes(rows, columns.time, names, badCells);
  badCells.sort((a, b) => a.row - b.row);
  return { rows: rows.length, columns: counted, ...times, badCells, ragged };
}

function inspectTimes(
  rows: readonly CsvRecord[],
  index: number | undefined,
  names: readonly string[],
  badCells: BadCell[],
) {
  const name = index === undefined ? "row" : names[index]!;
  const texts = rows.map(({ cells }, i) => (index === undefined ? String(i) : (cells[index] ?? "")));
  const unit = texts.map(parseTime).find((time) => time !== undefined)?.unit ?? "index";
  const read = rows.flatMap(({ row }, i) => {
    const text = texts[i]!;
    const time = parseTimeOf(unit, text);
    if (time?.unit === unit) return [{ value: time.value, row }];
    badCells.push({ row, column: name, text });
    return [];
  });
  const duplicates: { row: number; time: string }[] = [];
  const unsorted: { row: number; time: string }[] = [];
  read.forEach(({ value, row }, i) => {
    const before = read[i - 1]?.value ?? Number.NEGATIVE_INFINITY;
    if (value === before) duplicates.push({ row, time: formatTime(unit, value) });
    if (value < before) unsorted.push({ row, time: formatTime(unit, value) });
  });
  const values = [...new Set(read.map(({ value }) => value))].sort((a, b) => a - b);
  const step = usualStep(Float64Array.from(values));
  const gaps = values.flatMap((value, i): Gap[] => {
    const next = values[i + 1];
    if (next === undefined || next - value <= step) return [];
    return [
      {
        after: formatTime(unit, value),
        before: formatTime(unit, next),
        steps: Math.round((next - value) / step) - 1,
      },
    ];
  });
  const ends = values.length > 0 ? [values[0]!, values.at(-1)!] : [0, 0];
  const [first, last] = ends.map((value) => formatTime(unit, value)) as [string, string];
  return {
    time: { name, unit, step, first, last },
    gaps: gaps.filter(({ steps }) => steps > 0),
    duplicates,
    unsorted,
  };
}
