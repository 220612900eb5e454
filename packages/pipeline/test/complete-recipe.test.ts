import { presets, type Recipe, RecipeError } from "@sluice/pipeline";
import { expect, test } from "vitest";
import { completeRecipe } from "../src/recipe/complete-recipe.js";

test("the options of every preset are valid, and complete without others", () => {
  for (const [preset, { options }] of Object.entries(presets)) {
    expect(completeRecipe(options)).toEqual(options);
    expect(completeRecipe({ preset: preset as keyof typeof presets })).toEqual(options);
  }
});

test("given options take precedence over those of the preset", () => {
  const transforms = ["log", { difference: 12 }, { difference: 1 }, "standardize"] as const;
  const given = { transforms, lookback: 24, horizon: 12, hiddenSize: 16, epochs: 300, seed: 1, clip: null } as const;
  expect(completeRecipe(given)).toEqual({ ...presets.default.options, ...given });
});

test.each(["lookBack", "__proto__", "constructor"])(
  "the unknown option %s is named, with those that exist",
  (name) => {
    const recipe = JSON.parse(`{ "${name}": 3 }`) as Recipe;
    expect(() => completeRecipe(recipe)).toThrow(RecipeError);
    expect(() => completeRecipe(recipe)).toThrow(
      new RegExp(`expected options out of preset, .*lookback.*, got "${name}"`),
    );
  },
);

test.each([
  ["lookback", 0, 'lookback: expected an integer from 1, or "auto", got 0'],
  ["lookback", "12", 'lookback: expected an integer from 1, or "auto", got "12"'],
  ["epochs", 1.5, "epochs: expected an integer from 1, got 1.5"],
  ["learningRate", 0, "learningRate: expected a number above 0, got 0"],
  ["learningRate", Number.NaN, "learningRate: expected a number above 0, got NaN"],
  ["momentum", 1, "momentum: expected a number from 0 to below 1, got 1"],
  ["holdOut", 0, "holdOut: expected a fraction between 0 and 1, or an integer number of rows, got 0"],
  ["holdOut", 1.5, "holdOut: expected a fraction between 0 and 1, or an integer number of rows, got 1.5"],
  ["cell", "lstm", 'cell: expected reset-before, reset-after, memoryless, got "lstm"'],
  ["preset", "fancy", 'preset: expected default, notebook, notebook-fixed, got "fancy"'],
  [
    "transforms",
    ["cube-root"],
    'transforms: expected an array of "log", "log1p", "sqrt", "box-cox", "yeo-johnson", "standardize", "min-max", "robust", "mean", { difference: lag } or { lastSeason: rows }, or "auto", got ["cube-root"]',
  ],
  ["transforms", [{ difference: 0 }], "transforms: expected"],
  ["clip", { kind: "value" }, "clip: expected"],
  ["clip", { kind: "global-norm", maxNorm: 1, more: 2 }, "clip: expected"],
  ["seed", -1, "seed: expected an integer from 0, got -1"],
  [
    "source",
    { kind: "trend", length: 10 },
    'source: expected { kind: "trend", length, intercept, slope, noise }, or null',
  ],
  ["epochs", undefined, "epochs: expected an integer from 1, got undefined"],
  ["horizon", 1e12, "horizon: expected an integer from 1 to 10000000, got 1000000000000"],
  ["shuffle", 1, "shuffle: expected true or false, got 1"],
])("%s: %j throws a RecipeError", (name, value, message) => {
  expect(() => completeRecipe({ [name]: value } as Recipe)).toThrow(RecipeError);
  expect(() => completeRecipe({ [name]: value } as Recipe)).toThrow(message);
});

test("dataSeed needs a synthetic source", () => {
  expect(() => completeRecipe({ dataSeed: 1 })).toThrow("dataSeed: expected none");
  completeRecipe({ preset: "notebook", dataSeed: 1 });
});

test("a recipe that is not an object throws a TypeError", () => {
  expect(() => completeRecipe(null as unknown as Recipe)).toThrow(TypeError);
});
