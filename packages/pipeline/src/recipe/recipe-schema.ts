import { TRANSFORMS, type TransformSpec } from "@sluice/data";
import { CELLS, type Clip, INITS } from "@sluice/model";
import * as v from "valibot";
import { fields, finite, flag, integerFrom, list, number, oneOf, positive, text } from "../formats/schemas.js";
import {
  MISSING_POLICIES,
  PRESET_NAMES,
  type RecipeOptions,
  type ResolvedRecipe,
  type TrendSource,
} from "./recipe.js";

/** The largest horizon and synthetic series: a file cannot ask for more memory than it needs. */
export const MAX_ROWS = 10_000_000;

/** The largest network that the model package allows. */
const MAX_HIDDEN_SIZE = 16_384;

type Schema<T> = v.GenericSchema<unknown, T>;

/** A value of the schema, or a given word; `expected` describes the values in messages. */
const orWord = <T, const W extends string>(schema: Schema<T>, expected: string, word: W) =>
  v.union([schema, v.literal(word)], `${expected}, or "${word}"`);

const orNull = <T>(schema: Schema<T>, expected: string) =>
  v.union([schema, v.null()], `${expected}, or null`) as Schema<T | null>;

const TRANSFORM = `${TRANSFORMS.map((name) => `"${name}"`).join(", ")}, { difference: lag } or { lastSeason: rows }`;
const transform: Schema<TransformSpec> = v.union(
  [
    v.picklist(TRANSFORMS),
    v.strictObject({ difference: integerFrom(1) }),
    v.strictObject({ lastSeason: integerFrom(1) }),
  ],
  TRANSFORM,
);

const CLIP = `{ kind: "global-norm", maxNorm }, { kind: "value", maxValue } or { kind: "per-parameter", alpha }`;
const clip: Schema<Clip> = v.union([
  v.strictObject({ kind: v.literal("global-norm"), maxNorm: positive }),
  v.strictObject({ kind: v.literal("value"), maxValue: positive }),
  v.strictObject({ kind: v.literal("per-parameter"), alpha: positive }),
]);

const SOURCE = `{ kind: "trend", length, intercept, slope, noise }`;
const source: Schema<TrendSource> = v.strictObject({
  kind: v.literal("trend"),
  length: integerFrom(2, MAX_ROWS),
  intercept: finite,
  slope: finite,
  noise: number("a number from 0", (x) => x >= 0),
});

const INTEGER = "an integer from 1";

/** The schema of each option. */
export const OPTIONS: { readonly [K in keyof RecipeOptions]: Schema<RecipeOptions[K]> } = {
  preset: oneOf(PRESET_NAMES),
  source: orNull(source, SOURCE),
  dataSeed: orNull(integerFrom(0), "an integer from 0"),
  column: orNull(text, "the name of a column"),
  missing: oneOf(MISSING_POLICIES),
  season: orWord(integerFrom(1), INTEGER, "auto"),
  transforms: orWord(list(transform), `an array of ${TRANSFORM}`, "auto"),
  holdOut: number(
    "a fraction between 0 and 1, or an integer number of rows",
    (x) => x > 0 && (x < 1 || Number.isSafeInteger(x)),
  ),
  lookback: orWord(integerFrom(1), INTEGER, "auto"),
  horizon: integerFrom(1, MAX_ROWS),
  cell: oneOf(CELLS),
  hiddenSize: integerFrom(1, MAX_HIDDEN_SIZE),
  init: oneOf(INITS),
  epochs: integerFrom(1),
  batchSize: orWord(integerFrom(1), INTEGER, "all"),
  shuffle: flag,
  learningRate: positive,
  momentum: number("a number from 0 to below 1", (x) => x >= 0 && x < 1),
  clip: orNull(clip, CLIP),
  validationEvery: orWord(integerFrom(1), INTEGER, "auto"),
  seed: integerFrom(0),
};

/** A resolved recipe in a file. */
export const resolvedRecipe: Schema<ResolvedRecipe> = fields({
  ...OPTIONS,
  column: text,
  season: integerFrom(1),
  transforms: list(transform),
  lookback: integerFrom(1),
  validationEvery: integerFrom(1),
});
