export { CELLS, FormatError, INITS } from "@sluice/model";
export { InterruptedError } from "./errors/interrupted-error.js";
export { RecipeError } from "./errors/recipe-error.js";
export { BASELINES, type BaselineName, baseline } from "./evaluation/baselines.js";
export { lossUnit } from "./evaluation/loss-unit.js";
export { type Metrics, metricsOf } from "./evaluation/metrics.js";
export type { OneStep } from "./evaluation/one-step.js";
export { type FittedForecaster, Forecaster } from "./forecaster/forecaster.js";
export { dataHash } from "./hashes/data-hash.js";
export { fingerprint } from "./hashes/fingerprint.js";
export type { DataFacts, Manifest, Plan, Results } from "./manifest/manifest.js";
export { plan } from "./manifest/plan.js";
export { prepareAgain } from "./manifest/prepare-again.js";
export { readManifest, readPlan, readResults } from "./manifest/read-manifest.js";
export { chooseTransforms } from "./preparation/choose-transforms.js";
export { type Prepared, prepare } from "./preparation/prepare.js";
export { resolveRecipe } from "./preparation/resolve-recipe.js";
export { seasonOf } from "./preparation/season.js";
export { seriesOf } from "./preparation/series-of.js";
export type { ChartSettings, Limits, Preset, RowRange, Split } from "./recipe/preset.js";
export { chartSettings, limitsOf, presets } from "./recipe/presets.js";
export {
  MISSING_POLICIES,
  type MissingPolicy,
  PRESET_NAMES,
  type PresetName,
  type Recipe,
  type RecipeOptions,
  type ResolvedRecipe,
  type TrendSource,
} from "./recipe/recipe.js";
export { checkpointEpochs } from "./training/checkpoint-epochs.js";
export { type FitOptions, type FitProgress, fit } from "./training/fit.js";
export { compare, type Verdict, verify } from "./training/verify.js";
