import { presets, type Recipe } from "@sluice/pipeline";
import { expect, test } from "vitest";
import { checkRecipe } from "../src/check-recipe.js";

test("every preset holds", () => {
  for (const preset of Object.values(presets)) checkRecipe(preset);
});

test("the example of the public face holds", () => {
  const transforms = ["log", { difference: 12 }, { difference: 1 }, "standardize"] as const;
  checkRecipe({ transforms, lookback: 24, horizon: 12, hiddenSize: 16, epochs: 300, seed: 1 });
});

test("an unknown option is named, with those that exist", () => {
  expect(() => checkRecipe({ lookBack: 3 } as Recipe)).toThrow(/expected preset, .*lookback.*; got "lookBack"/);
});

test.each([
  ["lookback", 0, 'lookback: expected a whole number from 1, or "auto"; got 0'],
  ["lookback", "12", 'lookback: expected a whole number from 1, or "auto"; got "12"'],
  ["epochs", 1.5, "epochs: expected a whole number from 1; got 1.5"],
  ["learningRate", 0, "learningRate: expected a number above 0; got 0"],
  ["learningRate", Number.NaN, "learningRate: expected a number above 0; got null"],
  ["momentum", 1, "momentum: expected a number from 0 to below 1; got 1"],
  ["holdOut", 0, "holdOut: expected a fraction between 0 and 1, or a whole number of rows; got 0"],
  ["holdOut", 1.5, "holdOut: expected a fraction between 0 and 1, or a whole number of rows; got 1.5"],
  ["cell", "lstm", 'cell: expected reset-before, reset-after, memoryless; got "lstm"'],
  ["preset", "fancy", 'preset: expected default, notebook, notebook-fixed; got "fancy"'],
  [
    "transforms",
    ["sqrt"],
    'transforms: expected a list of "log", "standardize", "min-max" or { difference: lag }, or "auto"; got ["sqrt"]',
  ],
  ["transforms", [{ difference: 0 }], "transforms: expected"],
  ["clip", { kind: "value" }, "clip: expected"],
  ["clip", { kind: "global-norm", maxNorm: 1, more: 2 }, "clip: expected"],
  ["seed", -1, "seed: expected a whole number from 0; got -1"],
  [
    "source",
    { kind: "trend", length: 10 },
    'source: expected { kind: "trend", length, intercept, slope, noise }, or null',
  ],
  ["epochs", undefined, "epochs: expected a whole number from 1; got undefined"],
])("%s: %j is refused", (name, value, message) => {
  expect(() => checkRecipe({ [name]: value } as Recipe)).toThrow(RangeError);
  expect(() => checkRecipe({ [name]: value } as Recipe)).toThrow(message);
});

test("a seed for data needs synthetic data", () => {
  expect(() => checkRecipe({ dataSeed: 1 })).toThrow("dataSeed: expected none");
  checkRecipe({ preset: "notebook", dataSeed: 1 });
});

test("what is no recipe is a TypeError", () => {
  expect(() => checkRecipe(null as unknown as Recipe)).toThrow(TypeError);
});
