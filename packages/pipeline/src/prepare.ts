import {
  applyTransforms,
  DataError,
  type FittedTransform,
  fitTransforms,
  formatTime,
  lagOf,
  type Series,
} from "@sluice/data";
import { checkRecipe } from "./check-recipe.js";
import { dataHash } from "./hash.js";
import { presets } from "./presets.js";
import type { Recipe, RecipeOptions, ResolvedRecipe } from "./recipe.js";
import { resolveFor } from "./resolve-recipe.js";
import { seriesOf } from "./source.js";
import { type Target, targetOf } from "./target.js";

/** A series made ready for a network: N rows, the last `recipe.holdOut` of them held out. */
export interface Prepared {
  readonly recipe: ResolvedRecipe;
  readonly target: Target;
  /** Rows of the training part. */
  readonly train: number;
  /** Fitted on the training part. */
  readonly fitted: readonly FittedTransform[];
  /** Rows that the differences use up: transformed[i] belongs to row lag + i. */
  readonly lag: number;
  /** (N − lag) */
  readonly transformed: Float64Array;
}

/**
 * Resolves a recipe for a series and transforms it.
 * @throws RangeError for a wrong recipe; DataError for a series that it cannot run on.
 */
export function prepare(series: Series, recipe: Recipe): Prepared {
  checkRecipe(recipe);
  const options: RecipeOptions = { ...presets[recipe.preset ?? "default"], ...recipe };
  const target = targetOf(series, options);
  if (options.source !== null) expectSource(recipe, target);
  expectVariety(target, options);
  const resolved = resolveFor(options, target);
  const train = expectRows(target, resolved);
  const { transforms } = resolved;
  if (transforms[0] === "log") expectPositive(target);
  try {
    const fitted = fitTransforms(transforms, target.values.subarray(0, train));
    const transformed = applyTransforms(fitted, target.values);
    expectSingle(transformed, lagOf(transforms), target);
    return { recipe: resolved, target, train, fitted, lag: lagOf(transforms), transformed };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new DataError(`${error.message}; choose other transforms than ${JSON.stringify(transforms)}`, {
      column: target.name,
    });
  }
}

function expectSource(recipe: Recipe, target: Target): void {
  const made = targetOf(seriesOf(recipe), { column: null, missing: "refuse" });
  const hash = ({ time, observed }: Target) => dataHash(time.unit, time.values, observed);
  if (hash(made) !== hash(target)) {
    throw new RangeError(
      "source: expected the series that seriesOf(recipe) makes, got another; set source to null to run on your own",
    );
  }
}

/** Rows of the training part, at least one window's worth. */
function expectRows({ name, values }: Target, { holdOut, lookback, transforms }: ResolvedRecipe): number {
  const train = values.length - holdOut;
  const needed = lookback + 1 + lagOf(transforms);
  if (train >= needed) return train;
  throw new DataError(
    `${values.length} rows are too few: ${holdOut} are held out, and one window needs ${needed} of the other ${Math.max(0, train)} (lookback ${lookback}, differences ${lagOf(transforms)}, target 1); give more rows, hold out fewer, or shorten the lookback`,
    { column: name },
  );
}

function expectVariety({ name, values }: Target, { holdOut }: RecipeOptions): void {
  const train = holdOut < 1 ? values.length : values.length - holdOut;
  if (train < 2 || values.subarray(0, train).some((v) => v !== values[0])) return;
  throw new DataError(
    `all values equal ${values[0]}: the standard deviation is zero, there is nothing to learn; choose another column`,
    { column: name },
  );
}

/** A network computes in single precision. */
function expectSingle(transformed: Float64Array, lag: number, { name, time, values, lines }: Target): void {
  const bad = transformed.findIndex((v) => !Number.isFinite(Math.fround(v)));
  if (bad < 0) return;
  const row = lag + bad;
  throw new DataError(
    `${values[row]} at ${formatTime(time.unit, time.values[row]!)}: transformed it is ${transformed[bad]}, and a network computes below 3.4e38; correct the value, or add "standardize" to the transforms`,
    { column: name, row: lines?.[row] },
  );
}

function expectPositive({ name, time, values, lines }: Target): void {
  const bad = values.findIndex((v) => v <= 0);
  if (bad < 0) return;
  throw new DataError(
    `${values[bad]} at ${formatTime(time.unit, time.values[bad]!)}: log needs values above 0; leave "log" out of the transforms`,
    { column: name, row: lines?.[bad] },
  );
}
