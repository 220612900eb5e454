import type { PresetName, RecipeOptions } from "./recipe.js";

const notebook: RecipeOptions = {
  preset: "notebook",
  // the notebook trains on all of its 200 points: 200 more from the same generator are held out
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

/** The options behind each preset's name. */
export const presets: Readonly<Record<PresetName, RecipeOptions>> = {
  /** For a series of one's own. */
  default: {
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
  },
  /** The notebook as written: its state is zeroed on every step. */
  notebook,
  /** The notebook as meant: the state is carried. */
  "notebook-fixed": { ...notebook, preset: "notebook-fixed", cell: "reset-before" },
};
