import type { TimeAxis } from "./time.js";

/** One variable of a series; NaN stands for a missing value. */
export interface Column {
  readonly name: string;
  readonly values: Float64Array;
}

/** Variables over one time axis, in ascending order of time: plain data. */
export interface Series {
  readonly name: string;
  readonly time: TimeAxis;
  readonly columns: readonly Column[];
  /** Where each row stands in the file that the series was read from: lines, counted from 1. */
  readonly lines?: Uint32Array;
}

/** Rows [from, to) of a series. */
export function slice(series: Series, from: number, to = series.time.values.length): Series {
  return {
    ...series,
    time: { ...series.time, values: series.time.values.slice(from, to) },
    columns: series.columns.map(({ name, values }) => ({ name, values: values.slice(from, to) })),
    ...(series.lines && { lines: series.lines.slice(from, to) }),
  };
}

/**
 * The series without its last `count` rows, and those rows.
 * @throws RangeError for a count outside 0 … the number of rows.
 */
export function splitTail(series: Series, count: number): { train: Series; test: Series } {
  const rows = series.time.values.length;
  if (!Number.isInteger(count) || count < 0 || count > rows) {
    throw new RangeError(`split: expected a count from 0 to ${rows}, got ${count}`);
  }
  return { train: slice(series, 0, rows - count), test: slice(series, rows - count) };
}
