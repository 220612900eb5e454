import { lagOf, type Series } from "@sluice/data";
import { completeRecipe } from "../recipe/complete-recipe.js";
import type { Recipe, RecipeOptions, ResolvedRecipe } from "../recipe/recipe.js";
import { chooseTransforms } from "./choose-transforms.js";
import { seasonOf } from "./season.js";
import { type Target, targetOf } from "./target.js";

/**
 * Fills a recipe from its preset and replaces each `"auto"` with a value for the series.
 * @throws RecipeError for an unknown option or a wrong value; DataError for missing values that the recipe refuses.
 */
export function resolveRecipe(recipe: Recipe, series: Series): ResolvedRecipe {
  const options = completeRecipe(recipe);
  return resolveOptions(options, targetOf(series, options));
}

/** The same for options that are checked and complete. */
export function resolveOptions(options: RecipeOptions, target: Target): ResolvedRecipe {
  const rows = target.values.length;
  const holdOut = options.holdOut < 1 ? Math.max(1, Math.round(options.holdOut * rows)) : options.holdOut;
  const season = options.season === "auto" ? seasonOf(target.time) : options.season;
  const training = target.values.subarray(0, Math.max(0, rows - holdOut));
  const transforms =
    options.transforms === "auto" ? chooseTransforms(training, season, target.values) : options.transforms;
  const third = Math.max(1, Math.floor((training.length - lagOf(transforms)) / 3));
  return {
    ...options,
    dataSeed: options.source === null ? null : (options.dataSeed ?? 0),
    column: target.name,
    season,
    transforms,
    holdOut,
    lookback: options.lookback === "auto" ? Math.min(Math.max(24, season), third) : options.lookback,
    validationEvery: options.validationEvery === "auto" ? Math.ceil(options.epochs / 500) : options.validationEvery,
  };
}
