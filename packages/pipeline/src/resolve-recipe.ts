import { lagOf, type Series } from "@sluice/data";
import { checkRecipe } from "./check-recipe.js";
import { chooseTransforms } from "./choose-transforms.js";
import { presets } from "./presets.js";
import type { Recipe, RecipeOptions, ResolvedRecipe } from "./recipe.js";
import { seasonOf } from "./season.js";
import { type Target, targetOf } from "./target.js";

/**
 * Fills a recipe from its preset and decides what it leaves to the series.
 * @throws RangeError for an unknown option or a wrong value: its name, what was expected, what came.
 */
export function resolveRecipe(recipe: Recipe, series: Series): ResolvedRecipe {
  checkRecipe(recipe);
  const options: RecipeOptions = { ...presets[recipe.preset ?? "default"], ...recipe };
  return resolveFor(options, targetOf(series, options));
}

/** The same for options already checked and merged. */
export function resolveFor(options: RecipeOptions, target: Target): ResolvedRecipe {
  const rows = target.values.length;
  const holdOut = options.holdOut < 1 ? Math.max(1, Math.round(options.holdOut * rows)) : options.holdOut;
  const season = options.season === "auto" ? seasonOf(target.time) : options.season;
  const training = target.values.subarray(0, Math.max(0, rows - holdOut));
  const transforms = options.transforms === "auto" ? chooseTransforms(training, season) : options.transforms;
  const spare = Math.max(1, Math.floor((training.length - lagOf(transforms)) / 3));
  return {
    ...options,
    dataSeed: options.source === null ? null : (options.dataSeed ?? 0),
    column: target.name,
    season,
    transforms,
    holdOut,
    lookback: options.lookback === "auto" ? Math.min(Math.max(24, season), spare) : options.lookback,
    validationEvery: options.validationEvery === "auto" ? Math.ceil(options.epochs / 500) : options.validationEvery,
  };
}
