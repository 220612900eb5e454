import { type Series, synthetic } from "@sluice/data";
import { checkRecipe } from "./check-recipe.js";
import { presets } from "./presets.js";
import type { Recipe } from "./recipe.js";

/**
 * The synthetic series that a recipe runs on, from its `source` and `dataSeed`.
 * @throws RangeError where the recipe has no source.
 */
export function seriesOf(recipe: Recipe): Series {
  checkRecipe(recipe);
  const { source, dataSeed } = { ...presets[recipe.preset ?? "default"], ...recipe };
  if (source === null) throw new RangeError("source: expected a synthetic source, got null; give a series instead");
  const { kind, ...options } = source;
  return synthetic(kind, { ...options, seed: dataSeed ?? 0 });
}
