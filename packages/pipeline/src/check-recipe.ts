import type { TransformSpec } from "@sluice/data";
import { presets } from "./presets.js";
import type { Recipe, RecipeOptions } from "./recipe.js";

/** Says what was expected, or undefined where the value is right. */
type Check = (value: unknown) => string | undefined;

const wholeFrom =
  (low: number): Check =>
  (v) =>
    Number.isSafeInteger(v) && (v as number) >= low ? undefined : `a whole number from ${low}`;
const seed = wholeFrom(0);

const number =
  (words: string, holds: (x: number) => boolean): Check =>
  (v) =>
    typeof v === "number" && Number.isFinite(v) && holds(v) ? undefined : words;

const oneOf =
  (...allowed: readonly unknown[]): Check =>
  (v) =>
    allowed.includes(v) ? undefined : allowed.join(", ");

const either =
  (check: Check, ...words: readonly unknown[]): Check =>
  (v) => {
    const wrong = words.includes(v) ? undefined : check(v);
    return wrong && `${wrong}, or ${words.map(show).join(", ")}`;
  };

const fields =
  (checks: Readonly<Record<string, Check>>, words: string): Check =>
  (v) => {
    if (typeof v !== "object" || v === null) return words;
    const known = Object.keys(v).every((key) => key in checks);
    const right = Object.entries(checks).every(([key, check]) => !check((v as Record<string, unknown>)[key]));
    return known && right ? undefined : words;
  };

const positive = number("a number above 0", (x) => x > 0);
const finite = number("a finite number", () => true);
const isTransform: Check = (v) =>
  v === "log" || v === "standardize" || v === "min-max"
    ? undefined
    : fields({ difference: wholeFrom(1) }, `"log", "standardize", "min-max" or { difference: lag }`)(v);

const transforms: Check = (v) => {
  if (!Array.isArray(v)) return "a list of transforms";
  const wrong = (v as TransformSpec[]).find((spec) => isTransform(spec));
  return wrong === undefined ? undefined : `a list of ${isTransform(wrong)}`;
};

const clip: Check = (v) => {
  const kinds: readonly Check[] = [
    fields({ kind: oneOf("value"), maxValue: positive }, ""),
    fields({ kind: oneOf("global-norm"), maxNorm: positive }, ""),
    fields({ kind: oneOf("per-parameter"), alpha: positive }, ""),
  ];
  return kinds.some((kind) => kind(v) === undefined)
    ? undefined
    : `{ kind: "global-norm", maxNorm }, { kind: "value", maxValue } or { kind: "per-parameter", alpha }`;
};

const trend = fields(
  {
    kind: oneOf("trend"),
    length: wholeFrom(2),
    intercept: finite,
    slope: finite,
    noise: number("", (x) => x >= 0),
  },
  `{ kind: "trend", length, intercept, slope, noise }`,
);

const checks: Readonly<Record<keyof RecipeOptions, Check>> = {
  preset: oneOf(...Object.keys(presets)),
  source: either(trend, null),
  dataSeed: either(seed, null),
  column: either((v) => (typeof v === "string" ? undefined : "a column's name"), null),
  missing: oneOf("interpolate", "refuse"),
  season: either(wholeFrom(1), "auto"),
  transforms: either(transforms, "auto"),
  holdOut: number(
    "a fraction between 0 and 1, or a whole number of rows",
    (x) => x > 0 && (x < 1 || Number.isInteger(x)),
  ),
  lookback: either(wholeFrom(1), "auto"),
  horizon: wholeFrom(1),
  cell: oneOf("reset-before", "reset-after", "memoryless"),
  hiddenSize: wholeFrom(1),
  init: oneOf("uniform", "uniform-scaled", "glorot-orthogonal"),
  epochs: wholeFrom(1),
  batchSize: either(wholeFrom(1), "all"),
  shuffle: oneOf(true, false),
  learningRate: positive,
  momentum: number("a number from 0 to below 1", (x) => x >= 0 && x < 1),
  clip: either(clip, null),
  validationEvery: either(wholeFrom(1), "auto"),
  seed,
};

const show = (value: unknown): string => JSON.stringify(value) ?? String(value);

/**
 * Refuses a recipe with an unknown option or a wrong value.
 * @throws TypeError for a recipe that is no object; RangeError naming the option, what was expected and what came.
 */
export function checkRecipe(recipe: Recipe): void {
  if (typeof recipe !== "object" || recipe === null) {
    throw new TypeError(`recipe: expected an object, got ${show(recipe)}`);
  }
  for (const [name, value] of Object.entries(recipe)) {
    const check = checks[name as keyof RecipeOptions];
    if (!check) throw new RangeError(`recipe: expected ${Object.keys(checks).join(", ")}; got "${name}"`);
    const wrong = check(value);
    if (wrong) throw new RangeError(`${name}: expected ${wrong}; got ${show(value)}`);
  }
  const source = recipe.source !== undefined ? recipe.source : presets[recipe.preset ?? "default"].source;
  if (recipe.dataSeed != null && source === null) {
    throw new RangeError(`dataSeed: expected none, for there is no synthetic source; got ${recipe.dataSeed}`);
  }
}
