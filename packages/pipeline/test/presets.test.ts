import { chartSettings, limitsOf, presets, type ResolvedRecipe } from "@sluice/pipeline";
import { expect, test } from "vitest";

const notebook = presets["notebook-fixed"].options as ResolvedRecipe;
const split = { train: 200, heldOut: 200 };

test("the limits of the notebook's series: 113.67 over all positions, 105 at the last of 19", () => {
  const { loss, oneStep, memoryless } = limitsOf(notebook)!;
  expect(loss).toBeCloseTo(113.67, 2);
  expect(oneStep).toBeCloseTo(105, 12);
  expect(memoryless).toBeNull();
});

test("the memoryless preset has a limit of 150 as well", () => {
  const recipe = presets.notebook.options as ResolvedRecipe;
  expect(limitsOf(recipe)).toEqual({ ...limitsOf(notebook), memoryless: 150 });
});

test("the notebook presets have no limits and no chart settings for another series or other transforms", () => {
  for (const change of [{ source: null }, { transforms: [] }, { transforms: [{ difference: 1 }, "standardize"] }]) {
    const recipe = { ...notebook, ...change } as ResolvedRecipe;
    expect(limitsOf(recipe)).toBeUndefined();
    expect(chartSettings(recipe, split)).toBeUndefined();
  }
});

test("the default preset has no limits and no chart settings, even for a synthetic series", () => {
  const recipe = { ...notebook, preset: "default" } as ResolvedRecipe;
  expect(limitsOf(recipe)).toBeUndefined();
  expect(chartSettings(recipe, split)).toBeUndefined();
});

test("the notebook's charts show its 200 rows, and zoom on 75 ≤ t < 125 if they are that many", () => {
  const settings = chartSettings({ ...notebook, column: "value" }, split)!;
  expect(settings).toMatchObject({ rows: [0, 200], zoom: [75, 125], transformed: { name: "differences" } });
  expect(settings.levelNote).toMatch(/t = 20 … 199 .* at 19 … 198/);
  expect(chartSettings(notebook, { train: 100, heldOut: 300 })).not.toHaveProperty("zoom");
});
