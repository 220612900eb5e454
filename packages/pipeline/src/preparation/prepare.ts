import {
  applyTransforms,
  DataError,
  describeTransforms,
  type FittedTransform,
  fitTransforms,
  formatTime,
  lagOf,
  type Series,
  TransformError,
  type TransformSpec,
} from "@sluice/data";
import { RecipeError } from "../errors/recipe-error.js";
import { dataHash } from "../hashes/data-hash.js";
import { completeRecipe } from "../recipe/complete-recipe.js";
import type { Recipe, RecipeOptions, ResolvedRecipe } from "../recipe/recipe.js";
import { expectMemory } from "./expect-memory.js";
import { resolveOptions } from "./resolve-recipe.js";
import { seriesOf } from "./series-of.js";
import { type Target, targetOf } from "./target.js";

/** A series of N rows, ready for a network: `plan`, `fit` and `verify` take it, so that it is prepared once. Plain data. */
export interface Prepared {
  /** The name of the series. */
  readonly name: string;
  readonly recipe: ResolvedRecipe;
  readonly target: Target;
  /** SHA-256 over times and values, see `dataHash`. */
  readonly hash: string;
  /** Rows of the training part; the other `recipe.holdOut` are held out. */
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
 * @throws RecipeError for a wrong recipe; DataError for a series that it cannot be used on.
 */
export function prepare(series: Series, recipe: Recipe = {}): Prepared {
  const options = completeRecipe(recipe);
  const target = targetOf(series, options);
  if (options.source !== null) expectSource(recipe, target);
  expectVariation(target, options);
  const resolved = resolveOptions(options, target);
  const train = expectRows(target, resolved);
  expectMemory(resolved, train - lagOf(resolved.transforms));
  return {
    name: series.name,
    recipe: resolved,
    target,
    hash: dataHash(target.time.unit, target.time.values, target.observed),
    train,
    lag: lagOf(resolved.transforms),
    ...transform(target, resolved, train),
  };
}

/** Whether a series is prepared already. */
export function isPrepared(series: Series | Prepared): series is Prepared {
  return "transformed" in series;
}

function transform(target: Target, { transforms }: ResolvedRecipe, train: number) {
  expectDomain(transforms[0], target);
  try {
    const fitted = fitTransforms(transforms, target.values.subarray(0, train));
    const transformed = applyTransforms(fitted, target.values);
    expectSinglePrecision(transformed, lagOf(transforms), target);
    return { fitted, transformed };
  } catch (error) {
    if (!(error instanceof TransformError)) throw error;
    throw new DataError(`${error.message}; choose other transforms than ${describeTransforms(transforms)}`, {
      column: target.name,
      hint: "--transforms",
    });
  }
}

function expectSource(recipe: Recipe, target: Target): void {
  const generated = targetOf(seriesOf(recipe), { column: null, missing: "refuse" });
  const isSame =
    generated.time.unit === target.time.unit &&
    areEqual(generated.time.values, target.time.values) &&
    areEqual(generated.observed, target.observed);
  if (isSame) return;
  throw new RecipeError(
    "source",
    "expected the series that seriesOf(recipe) generates, got another; set source to null to use a series of your own",
  );
}

const areEqual = (a: Float64Array, b: Float64Array) => a.length === b.length && a.every((v, i) => Object.is(v, b[i]));

/** Returns the rows of the training part, which must hold at least one window. */
function expectRows({ name, values }: Target, { holdOut, lookback, transforms }: ResolvedRecipe): number {
  const train = values.length - holdOut;
  const needed = lookback + 1 + lagOf(transforms);
  if (train >= needed) return train;
  throw new DataError(
    `too few rows: one window needs ${needed} training rows (lookback ${lookback}, differences ${lagOf(transforms)}, target 1), but ${Math.max(0, train)} remain after holding out ${holdOut} of ${values.length}; add rows, hold out fewer, or use a shorter lookback`,
    { column: name, hint: lookback > 1 ? "--lookback" : "--hold-out" },
  );
}

function expectVariation({ name, values }: Target, { holdOut }: RecipeOptions): void {
  const train = holdOut < 1 ? values.length : values.length - holdOut;
  if (train < 2 || values.subarray(0, train).some((v) => v !== values[0])) return;
  const which = values.every((v) => v === values[0]) ? "all values" : `all ${train} values of the training part`;
  throw new DataError(`${which} equal ${values[0]}, so there is nothing to learn; choose another column`, {
    column: name,
    hint: "--column",
  });
}

/** Networks compute in single precision. */
function expectSinglePrecision(transformed: Float64Array, lag: number, target: Target): void {
  const bad = transformed.findIndex((v) => !Number.isFinite(Math.fround(v)));
  if (bad < 0) return;
  const row = lag + bad;
  throw rowError(
    target,
    row,
    `becomes ${transformed[bad]} after the transforms, beyond single precision (3.4e38); correct the value, or add standardize to the transforms`,
  );
}

/** Values that a transform is not defined for, and those that it needs. */
const DOMAINS: Readonly<Record<string, readonly [isOutside: (value: number) => boolean, needed: string]>> = {
  log: [(value) => value <= 0, "above 0"],
  "box-cox": [(value) => value <= 0, "above 0"],
  log1p: [(value) => value <= -1, "above -1"],
  sqrt: [(value) => value < 0, "from 0"],
};

/** Checks the values that the first transform is applied to: a later one takes what the ones before it leave. */
function expectDomain(first: TransformSpec | undefined, target: Target): void {
  const domain = typeof first === "string" ? DOMAINS[first] : undefined;
  if (!domain) return;
  const [isOutside, needed] = domain;
  const bad = target.values.findIndex(isOutside);
  if (bad >= 0) throw rowError(target, bad, `${first} needs values ${needed}; choose other transforms`);
}

function rowError({ name, time, values, lines }: Target, row: number, problem: string): DataError {
  const at = formatTime(time.unit, time.values[row]!);
  return new DataError(`${values[row]} at ${at}: ${problem}`, {
    column: name,
    row: lines?.[row] || undefined,
    hint: "--transforms",
  });
}
