import {
  DataError,
  formatTime,
  interpolate,
  type Missing,
  missing,
  type Series,
  slice,
  type TimeAxis,
} from "@sluice/data";
import { RecipeError } from "../errors/recipe-error.js";
import type { RecipeOptions } from "../recipe/recipe.js";

/** The column that a run forecasts. */
export interface Target {
  readonly name: string;
  readonly time: TimeAxis;
  /** The values as given: NaN where one is missing. */
  readonly observed: Float64Array;
  /** The values with gaps filled. */
  readonly values: Float64Array;
  readonly missing: Missing;
  /** Rows that the frequency of the times has and the file lacks: they are among the missing values. */
  readonly absent: number;
  /** Rows without a value at the end of the series, which are left out: a forecast begins after the last value. */
  readonly trailing: number;
  /** The line of each row in the file that the series was read from, if it was. */
  readonly lines: Uint32Array | undefined;
}

/**
 * The column to forecast, with its gaps filled if the recipe allows it.
 * @throws RecipeError for a column that does not exist; DataError for missing values that are refused.
 */
export function targetOf(series: Series, options: Pick<RecipeOptions, "column" | "missing">): Target {
  const column = options.column === null ? series.columns[0] : series.columns.find((c) => c.name === options.column);
  if (!column) {
    const names = series.columns.map((c) => c.name).join(", ");
    throw new RecipeError(
      "column",
      `expected ${names || "a series with a column"}, got ${JSON.stringify(options.column)}`,
    );
  }
  const observed = lastValue(column.values) + 1;
  if (observed === 0) throw new DataError("expected values, got only missing ones", { column: column.name });
  const all: Series = { ...series, columns: [column] };
  const alone = observed === column.values.length ? all : slice(all, 0, observed);
  const gaps = missing(alone);
  if (gaps.count > 0 && options.missing === "refuse") {
    const first = column.values.findIndex(Number.isNaN);
    throw new DataError(
      `expected a number at ${formatTime(series.time.unit, series.time.values[first]!)}, got none (the first of ${gaps.count} missing); fill them, or let them be interpolated`,
      // an absent row stands on no line
      { column: column.name, row: series.lines?.[first] || undefined, hint: "--missing interpolate" },
    );
  }
  const { time, lines, columns } = alone;
  const { values } = columns[0]!;
  return {
    name: column.name,
    time,
    observed: values,
    values: gaps.count > 0 ? interpolate(alone).columns[0]!.values : values,
    missing: gaps,
    absent: lines ? lines.reduce((count, line) => (line === 0 ? count + 1 : count), 0) : 0,
    trailing: column.values.length - observed,
    lines,
  };
}

/** The last row with a value, -1 if there is none. */
function lastValue(values: Float64Array): number {
  let row = values.length - 1;
  while (row >= 0 && Number.isNaN(values[row])) row--;
  return row;
}
