import { notebookPreset } from "./notebook-preset.js";
import type { ChartSettings, Limits, Preset, Split } from "./preset.js";
import type { PresetName, RecipeOptions, ResolvedRecipe } from "./recipe.js";

const options: RecipeOptions = {
  preset: "default",
  source: null,
  dataSeed: null,
  column: null,
  missing: "interpolate",
  season: "auto",
  transforms: "auto",
  holdOut: 0.2,
  lookback: "auto",
  horizon: 12,
  cell: "reset-after",
  hiddenSize: 16,
  init: "uniform-scaled",
  epochs: 100,
  batchSize: 32,
  shuffle: true,
  learningRate: 0.02,
  momentum: 0.9,
  clip: { kind: "global-norm", maxNorm: 1 },
  validationEvery: "auto",
  seed: 0,
};

export const presets: Readonly<Record<PresetName, Preset>> = {
  /** For a series of the caller. */
  default: { options },
  /** The notebook as written: its state is reset to zero at every step. */
  notebook: notebookPreset("notebook", "memoryless"),
  /** The notebook as intended: the state is carried from step to step. */
  "notebook-fixed": notebookPreset("notebook-fixed", "reset-before"),
};

/** The theoretical limits that a recipe's preset defines for it. */
export function limitsOf(recipe: ResolvedRecipe): Limits | undefined {
  return presets[recipe.preset].limits?.(recipe);
}

/** The chart settings that a recipe's preset defines for it. */
export function chartSettings(recipe: ResolvedRecipe, split: Split): ChartSettings | undefined {
  return presets[recipe.preset].charts?.(recipe, split);
}
