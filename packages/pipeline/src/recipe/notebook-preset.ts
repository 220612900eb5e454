import type { ChartSettings, Limits, Preset, Split } from "./preset.js";
import type { PresetName, RecipeOptions, ResolvedRecipe, TrendSource } from "./recipe.js";

const options: RecipeOptions = {
  preset: "notebook",
  // the notebook trains on all of its 200 points: the generator's next 200 are held out
  source: { kind: "trend", length: 400, intercept: 5, slope: 7, noise: 10 },
  dataSeed: 0,
  column: null,
  missing: "refuse",
  season: 1,
  transforms: [{ difference: 1 }],
  holdOut: 200,
  lookback: 19,
  horizon: 12,
  cell: "memoryless",
  hiddenSize: 16,
  init: "uniform",
  epochs: 5000,
  batchSize: "all",
  shuffle: true,
  learningRate: 0.003,
  momentum: 0,
  clip: null,
  validationEvery: "auto",
  seed: 0,
};

/** The notebook's task with another cell. */
export function notebookPreset(preset: PresetName, cell: RecipeOptions["cell"]): Preset {
  return {
    options: { ...options, preset, cell },
    limits: (recipe) => (learnsDifferences(recipe) ? limits(recipe) : undefined),
    charts: (recipe, split) => (learnsDifferences(recipe) ? charts(recipe, split) : undefined),
  };
}

/** Whether a recipe describes the notebook's task: to predict the differences of a noisy trend. */
function learnsDifferences(recipe: ResolvedRecipe): recipe is ResolvedRecipe & { readonly source: TrendSource } {
  const [transform, ...others] = recipe.transforms;
  const isDifference = typeof transform === "object" && "difference" in transform && transform.difference === 1;
  return recipe.source !== null && others.length === 0 && isDifference;
}

/**
 * The differences of a trend with noise of variance σ² are slope + MA(1) with θ = −1. The lowest squared error of a
 * prediction from k of them is σ² (1 + 1/(k + 1)). Position k of a window has k past differences; a memoryless cell uses one.
 */
function limits({ source, lookback, cell }: ResolvedRecipe & { readonly source: TrendSource }): Limits {
  const variance = source.noise * source.noise;
  const after = (k: number) => variance * (1 + 1 / (k + 1));
  let sum = 0;
  for (let k = 1; k <= lookback; k++) sum += after(k);
  return { loss: sum / lookback, oneStep: after(lookback), memoryless: cell === "memoryless" ? after(1) : null };
}

/** Rows of the notebook's fourth figure: 75 ≤ t < 125. */
const ZOOM = [75, 125] as const;

/** The notebook's figures show the rows that it trains on. */
function charts({ column, lookback }: ResolvedRecipe, { train }: Split): ChartSettings {
  const first = lookback + 1;
  return {
    rows: [0, train],
    ...(train >= ZOOM[1] && { zoom: ZOOM }),
    transformed: {
      name: "differences",
      areDifferences: true,
      title: "Differences",
      yLabel: `change of ${column} per step`,
      note: "Each difference is plotted at the later of its two times; the notebook plots it one step earlier.",
    },
    levelNote: `Predictions for t = ${first} … ${train - 1} are plotted at those times; the notebook plots them at ${first - 1} … ${train - 2}.`,
  };
}
