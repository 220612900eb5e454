import { formatTime } from "../time/time.js";
import type { Column, Series } from "./series.js";

/** Missing values of a series, and the longest run of them. */
export interface Missing {
  readonly count: number;
  readonly longest: {
    readonly length: number;
    readonly from: string;
    readonly to: string;
    readonly column: string;
  } | null;
}

/** Runs [from, to) of missing values. */
function* runs({ values }: Column): Generator<{ from: number; to: number }> {
  for (let from = 0; from < values.length; from++) {
    if (!Number.isNaN(values[from])) continue;
    let to = from + 1;
    while (to < values.length && Number.isNaN(values[to])) to++;
    yield { from, to };
    from = to;
  }
}

/** Counts missing values over all columns. */
export function missing({ time, columns }: Series): Missing {
  let count = 0;
  let longest: Missing["longest"] = null;
  for (const column of columns) {
    for (const { from, to } of runs(column)) {
      count += to - from;
      if (to - from <= (longest?.length ?? 0)) continue;
      const text = (row: number) => formatTime(time.unit, time.values[row]!);
      longest = { length: to - from, from: text(from), to: text(to - 1), column: column.name };
    }
  }
  return { count, longest };
}

/**
 * Fills missing values on the straight line between their neighbors in time; those at an end take the nearest value.
 * @throws RangeError for a column without a single value.
 */
export function interpolate(series: Series): Series {
  const times = series.time.values;
  const columns = series.columns.map((column) => {
    const values = column.values.slice();
    for (const { from, to } of runs(column)) {
      const before = values[from - 1];
      const after = values[to];
      if (before === undefined && after === undefined) {
        throw new RangeError(`column "${column.name}": expected at least one value, got none`);
      }
      for (let i = from; i < to; i++) {
        const share = (times[i]! - times[from - 1]!) / (times[to]! - times[from - 1]!);
        values[i] = before === undefined ? after! : after === undefined ? before : before + (after - before) * share;
      }
    }
    return { name: column.name, values };
  });
  return { ...series, columns };
}
