import { expectInteger } from "@sluice/kernel-wasm/checks";
import type { TimeAxis } from "../time/time.js";

/** What a column is to a forecast. */
export const COLUMN_ROLES = ["value", "past", "future"] as const;

/** One variable of a series; NaN stands for a missing value. */
export interface Column {
  readonly name: string;
  readonly values: Float64Array;
  /** `past`: a covariate known up to now; `future`: one known for the rows to forecast, too. A value to forecast by default. */
  readonly role?: (typeof COLUMN_ROLES)[number];
}

/** Variables over one time axis, in ascending order of time: plain data. */
export interface Series {
  readonly name: string;
  readonly time: TimeAxis;
  readonly columns: readonly Column[];
  /** Where each row stands in the file that the series was read from: lines, counted from 1; 0 for a row that was absent. */
  readonly lines?: Uint32Array;
  /** Which series of a panel this is: the cells of the key columns. */
  readonly keys?: Readonly<Record<string, string>>;
  /** Covariates that are constant over the series. */
  readonly statics?: Readonly<Record<string, string>>;
}

/** Several series with the same columns, told apart by their keys. */
export type Panel = readonly Series[];

/** Rows [from, to) of a series. */
export function slice(series: Series, from: number, to = series.time.values.length): Series {
  return {
    ...series,
    time: { ...series.time, values: series.time.values.slice(from, to) },
    columns: series.columns.map((column) => ({ ...column, values: column.values.slice(from, to) })),
    ...(series.lines && { lines: series.lines.slice(from, to) }),
  };
}

/**
 * The series without its last `count` rows, and those rows.
 * @throws RangeError for a count outside 0 … the number of rows.
 */
export function splitTail(series: Series, count: number): { train: Series; test: Series } {
  const rows = series.time.values.length;
  expectInteger("split", count, 0, rows);
  return { train: slice(series, 0, rows - count), test: slice(series, rows - count) };
}
