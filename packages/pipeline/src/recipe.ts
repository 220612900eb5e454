import type { TransformSpec } from "@sluice/data";
import type { Cell, Clip, Init } from "@sluice/model";

export type PresetName = "default" | "notebook" | "notebook-fixed";

/** A straight line with normal noise, made by `seriesOf`: the notebook's data. */
export interface TrendSource {
  readonly kind: "trend";
  readonly length: number;
  readonly intercept: number;
  readonly slope: number;
  /** Standard deviation of the noise. */
  readonly noise: number;
}

/** Every option of a run, as a preset gives it. Plain JSON. `"auto"` is decided from the series by `resolveRecipe`. */
export interface RecipeOptions {
  /** Where options that are not given come from. */
  readonly preset: PresetName;
  /** The synthetic series to run on, or null for the caller's own data. */
  readonly source: TrendSource | null;
  /** Seeds the synthetic series; null where there is none. */
  readonly dataSeed: number | null;
  /** The column to forecast; null for the first. */
  readonly column: string | null;
  /** What becomes of missing values: a straight line between neighbors, or an error. */
  readonly missing: "interpolate" | "refuse";
  /** Rows in a season, 1 for none. `"auto"`: known from the distance of the rows (months: 12, weeks: 52, …). */
  readonly season: number | "auto";
  /** Applied in order, fitted on the training part alone. `"auto"`: see `chooseTransforms`. */
  readonly transforms: readonly TransformSpec[] | "auto";
  /** The tail that training never sees: a fraction of the rows below 1, or a number of rows. */
  readonly holdOut: number;
  /** Steps in a window. `"auto"`: 24 or a season, whichever is longer, but at most a third of the training part. */
  readonly lookback: number | "auto";
  /** Steps that a run forecasts. */
  readonly horizon: number;
  readonly cell: Cell;
  readonly hiddenSize: number;
  readonly init: Init;
  readonly epochs: number;
  /** Windows in an update, or all of them. */
  readonly batchSize: number | "all";
  readonly shuffle: boolean;
  readonly learningRate: number;
  /** 0 for plain gradient descent. */
  readonly momentum: number;
  readonly clip: Clip | null;
  /** Epochs between two measurements of the held-out loss. `"auto"`: every epoch, or about 500 times in all. */
  readonly validationEvery: number | "auto";
  /** Seeds initial weights and shuffling. */
  readonly seed: number;
}

/** What a caller writes: any of the options; the preset gives the others. */
export type Recipe = Partial<RecipeOptions>;

/** A recipe in which nothing is left to decide: the same on every machine, and resolving it again changes nothing. */
export interface ResolvedRecipe extends RecipeOptions {
  readonly column: string;
  readonly season: number;
  readonly transforms: readonly TransformSpec[];
  readonly lookback: number;
  readonly validationEvery: number;
}
