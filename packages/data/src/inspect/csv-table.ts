import { DataError } from "../data-error.js";
import { parseTime } from "../time/time.js";
import { parseCell } from "./cell.js";
import type { CsvFormat, CsvRecord } from "./csv-records.js";

export interface CsvOptions extends CsvFormat {
  /** The column of times, by name or by number from 0; by default the first column that reads as times. */
  readonly time?: string | number;
  /** The columns of values, likewise; by default all others that hold numbers in the first 100 rows. */
  readonly columns?: readonly (string | number)[];
  /** Whether the first record names the columns; by default it does where it holds text that is neither number nor time. Without names, columns are called 1, 2, … */
  readonly header?: boolean;
  /** The name of the series; "series" by default. */
  readonly name?: string;
}

/** Rows that decide what the columns hold. */
export const SAMPLE = 100;

/** Where the columns of a table are. */
export interface Columns {
  readonly names: readonly string[];
  /** The column of times, or undefined where rows are only counted. */
  readonly time: number | undefined;
  readonly values: readonly number[];
}

const looksLikeData = (cell: string, decimal: "." | ",") =>
  parseCell(cell, decimal) !== undefined || parseTime(cell) !== undefined;

/** Whether the first record names columns. */
export function hasHeader(first: CsvRecord, { header, decimal = "." }: CsvOptions): boolean {
  return header ?? first.cells.some((cell) => !looksLikeData(cell, decimal));
}

/** Whether a row says nothing: rows that are only counted stand for a time even so. */
export function isEmpty({ cells }: CsvRecord, { time }: Columns): boolean {
  return time !== undefined && cells.every((cell) => cell === "");
}

/**
 * Finds the columns from the first rows.
 * @throws DataError for a column that is not there, listing those that are, or where none holds numbers.
 */
export function findColumns(names: readonly string[], rows: readonly CsvRecord[], options: CsvOptions): Columns {
  const { decimal = ".", file } = options;
  const sample = rows.slice(0, SAMPLE);
  const find = (wanted: string | number): number => {
    const index = typeof wanted === "number" ? wanted : names.indexOf(wanted);
    if (index in names) return index;
    throw new DataError(`no column "${wanted}"; there are ${names.map((name) => `"${name}"`).join(", ")}`, { file });
  };
  const cellsOf = (i: number) => sample.map(({ cells }) => cells[i] ?? "").filter((cell) => cell !== "");
  // most cells decide, so that a single bad one is found where it stands
  const mostly = (i: number, holds: (cell: string) => boolean) => {
    const cells = cellsOf(i);
    return cells.length > 0 && cells.filter(holds).length * 2 > cells.length;
  };
  // whole numbers are times in the first column alone, where nothing else would rise, or fall, from row to row
  const isTime = (i: number) =>
    mostly(i, (cell) => parseTime(cell) !== undefined) &&
    (hasCalendar(cellsOf(i)) || (i === 0 && isMonotone(cellsOf(i))));
  const isNumber = (i: number) => mostly(i, (cell) => parseCell(cell, decimal) !== undefined);

  const chosen = options.columns?.map(find);
  const indices = names.map((_, i) => i);
  const free = indices.filter((i) => !chosen?.includes(i));
  const time = options.time !== undefined ? find(options.time) : names.length > 1 ? free.find(isTime) : undefined;
  const values = chosen ?? indices.filter((i) => i !== time && isNumber(i));
  if (values.length === 0) {
    const what = names.length === 1 ? `column "${names[0]}" holds none` : `columns ${names.join(", ")} hold none`;
    throw new DataError(`expected a column of numbers, but ${what}; choose one by name, or set the decimal mark`, {
      file,
    });
  }
  return { names, time, values };
}

/** Whether most cells are months, days or dates with a time, which nothing else looks like. */
function hasCalendar(cells: readonly string[]): boolean {
  const calendar = cells.filter((cell) => !["year", "index", undefined].includes(parseTime(cell)?.unit));
  return calendar.length * 2 > cells.length;
}

/** Whether whole numbers hardly ever fall, or hardly ever rise: times with the newest first are refused later, not taken for values. */
function isMonotone(cells: readonly string[]): boolean {
  const values = cells.map((cell) => parseTime(cell)?.value ?? Number.NaN);
  const share = (holds: (value: number, before: number) => boolean) =>
    values.filter((value, i) => i === 0 || holds(value, values[i - 1]!)).length / values.length;
  return share((value, before) => value >= before) >= 0.9 || share((value, before) => value <= before) >= 0.9;
}
