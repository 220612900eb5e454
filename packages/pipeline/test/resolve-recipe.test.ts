import { presets, resolveRecipe, seriesOf } from "@sluice/pipeline";
import fc from "fast-check";
import { expect, test } from "vitest";
import { monthly, rising } from "./small-series.js";

test("the default preset decides season, transforms, hold-out and lookback from the series", () => {
  const recipe = resolveRecipe({}, monthly(rising));
  expect(recipe).toMatchObject({
    preset: "default",
    column: "passengers",
    season: 12,
    holdOut: 19,
    validationEvery: 1,
  });
  expect(recipe.transforms.at(-1)).toBe("standardize");
  expect(recipe.lookback).toBeGreaterThan(1);
});

test("given options are kept", () => {
  const given = {
    season: 6,
    transforms: [{ difference: 6 }],
    lookback: 5,
    holdOut: 10,
    hiddenSize: 3,
    epochs: 7,
  } as const;
  expect(resolveRecipe(given, monthly(rising))).toMatchObject(given);
});

test("a notebook preset leaves nothing to resolve but the column and validationEvery", () => {
  const series = seriesOf({ preset: "notebook" });
  const recipe = resolveRecipe({ preset: "notebook" }, series);
  expect(recipe).toMatchObject({ ...presets.notebook.options, column: series.columns[0]!.name, validationEvery: 10 });
  expect(series.time.values.length - recipe.holdOut).toBe(200);
});

test("5,000 epochs measure the held-out loss 500 times", () => {
  expect(resolveRecipe({ epochs: 5000 }, monthly(rising)).validationEvery).toBe(10);
  expect(resolveRecipe({ epochs: 500 }, monthly(rising)).validationEvery).toBe(1);
});

test("resolving a resolved recipe changes nothing, through JSON too", () => {
  const recipes = fc.record(
    {
      holdOut: fc.oneof(fc.integer({ min: 1, max: 30 }), fc.double({ min: 0.05, max: 0.5, noNaN: true })),
      lookback: fc.constantFrom("auto" as const, 3, 12),
      season: fc.constantFrom("auto" as const, 1, 4),
      epochs: fc.integer({ min: 1, max: 9999 }),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(recipes, (recipe) => {
      const resolved = resolveRecipe(recipe, monthly(rising));
      expect(resolveRecipe(JSON.parse(JSON.stringify(resolved)), monthly(rising))).toEqual(resolved);
    }),
    { numRuns: 50 },
  );
});

test("an unknown column throws, listing those that exist", () => {
  expect(() => resolveRecipe({ column: "x" }, monthly(rising))).toThrow('column: expected passengers, got "x"');
});
