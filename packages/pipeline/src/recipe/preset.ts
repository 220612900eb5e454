import type { RecipeOptions, ResolvedRecipe } from "./recipe.js";

/** Named options, with limits and chart settings for runs that use them. */
export interface Preset {
  /** The values of options that a recipe does not set. */
  readonly options: RecipeOptions;
  /** The limits for a run of this preset; undefined if the recipe differs so much that none are known. */
  limits?(recipe: ResolvedRecipe): Limits | undefined;
  /** The chart settings for a run of this preset; undefined if the recipe differs so much that the defaults are better. */
  charts?(recipe: ResolvedRecipe, split: Split): ChartSettings | undefined;
}

/** The lowest squared errors that any network can reach on fresh data. */
export interface Limits {
  /** For the loss: the mean over all positions of a window. */
  readonly loss: number;
  /** For the one-step error: the last position of a window. */
  readonly oneStep: number;
  /** For both, if the cell has no memory; null for a cell with memory. */
  readonly memoryless: number | null;
}

/** The number of training rows, and of the held-out rows that follow them. */
export interface Split {
  readonly train: number;
  readonly heldOut: number;
}

/** Rows from the first to before the second, counted from 0. */
export type RowRange = readonly [from: number, to: number];

/** How the charts of a run differ from the defaults. Plain data. */
export interface ChartSettings {
  /** The rows that charts over time show; all by default. */
  readonly rows: RowRange;
  /** The rows of the zoomed chart; those around the start of the held-out part by default. */
  readonly zoom?: RowRange;
  /** The chart of the transformed series. */
  readonly transformed: {
    /** The stem of its file. */
    readonly name: string;
    /** Whether its values are differences of the series. */
    readonly areDifferences: boolean;
    readonly title: string;
    readonly yLabel: string;
    readonly note: string;
  };
  /** A note for the chart of the series with its one-step predictions. */
  readonly levelNote: string;
}
