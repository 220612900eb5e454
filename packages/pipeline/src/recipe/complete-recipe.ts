import { show } from "@sluice/kernel-wasm/checks";
import * as v from "valibot";
import { RecipeError } from "../errors/recipe-error.js";
import { presets } from "./presets.js";
import type { Recipe, RecipeOptions } from "./recipe.js";
import { OPTIONS } from "./recipe-schema.js";

/**
 * Checks a recipe and fills it from its preset.
 * @throws RecipeError naming an unknown option or a wrong value; TypeError for a recipe that is not an object.
 */
export function completeRecipe(recipe: Recipe): RecipeOptions {
  if (typeof recipe !== "object" || recipe === null) {
    throw new TypeError(`recipe: expected an object, got ${show(recipe)}`);
  }
  for (const [name, value] of Object.entries(recipe)) {
    if (!Object.hasOwn(OPTIONS, name)) {
      throw new RecipeError("recipe", `expected options out of ${Object.keys(OPTIONS).join(", ")}, got "${name}"`);
    }
    const schema: v.GenericSchema = OPTIONS[name as keyof RecipeOptions];
    const issue = v.safeParse(schema, value, { abortEarly: true }).issues?.[0];
    if (issue) throw new RecipeError(name, `expected ${issue.message}, got ${show(value)}`);
  }
  const options = { ...presets[recipe.preset ?? "default"].options, ...recipe };
  if (recipe.dataSeed != null && options.source === null) {
    throw new RecipeError("dataSeed", `expected none without a synthetic source, got ${recipe.dataSeed}`);
  }
  return options;
}
