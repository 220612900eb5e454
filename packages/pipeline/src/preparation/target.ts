import { DataError, formatTime, interpolate, missing, type Series, type TimeAxis } from "@sluice/data";
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
  readonly missing: ReturnType<typeof missing>;
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
  const alone: Series = { ...series, columns: [column] };
  const gaps = missing(alone);
  if (gaps.count > 0 && options.missing === "refuse") {
    const first = column.values.findIndex(Number.isNaN);
    throw new DataError(
      `expected a number at ${formatTime(series.time.unit, series.time.values[first]!)}, got none (the first of ${gaps.count} missing); fill them, or set missing to "interpolate"`,
      { column: column.name, row: series.lines?.[first] },
    );
  }
  if (gaps.count === column.values.length) {
    throw new DataError("expected values, got only missing ones", { column: column.name });
  }
  const values = gaps.count > 0 ? interpolate(alone).columns[0]!.values : column.values;
  return {
    name: column.name,
    time: series.time,
    observed: column.values,
    values,
    missing: gaps,
    lines: series.lines,
  };
}
