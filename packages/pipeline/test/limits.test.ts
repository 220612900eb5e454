import { limitsOf, presets, type ResolvedRecipe } from "@sluice/pipeline";
import { expect, test } from "vitest";

const notebook = presets["notebook-fixed"] as ResolvedRecipe;

test("the notebook's series: 113.67 over all positions, 105 at the last of 19", () => {
  const { loss, oneStep, memoryless } = limitsOf(notebook)!;
  expect(loss).toBeCloseTo(113.67, 2);
  expect(oneStep).toBeCloseTo(105, 12);
  expect(memoryless).toBeNull();
});

test("a memoryless network cannot pass 150 at any position; the series' limits stay", () => {
  expect(limitsOf({ ...notebook, cell: "memoryless" })).toEqual({ ...limitsOf(notebook), memoryless: 150 });
});

test("another series, or other transforms, have no known limit", () => {
  expect(limitsOf({ ...notebook, source: null })).toBeNull();
  expect(limitsOf({ ...notebook, transforms: [] })).toBeNull();
  expect(limitsOf({ ...notebook, transforms: [{ difference: 1 }, "standardize"] })).toBeNull();
});
