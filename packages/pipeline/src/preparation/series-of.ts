import { type Series, synthetic } from "@sluice/data";
import { RecipeError } from "../errors/recipe-error.js";
import { completeRecipe } from "../recipe/complete-recipe.js";
import type { Recipe } from "../recipe/recipe.js";

/**
 * Generates the synthetic series of a recipe from its `source` and `dataSeed`.
 * @throws RecipeError for a wrong recipe, or one without a source.
 */
export function seriesOf(recipe: Recipe): Series {
  const { source, dataSeed } = completeRecipe(recipe);
  if (source === null) {
    throw new RecipeError("source", "expected a synthetic source, got null; pass a series of your own instead");
  }
  const { kind, ...options } = source;
  return synthetic(kind, { ...options, seed: dataSeed ?? 0 });
}
