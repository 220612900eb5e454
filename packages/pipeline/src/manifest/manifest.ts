import type { History } from "@sluice/model";
import type { BaselineName } from "../evaluation/baselines.js";
import type { Metrics } from "../evaluation/metrics.js";
import type { SCHEMA_VERSION } from "../formats/read-json.js";
import type { Limits, Split } from "../recipe/preset.js";
import type { ResolvedRecipe } from "../recipe/recipe.js";

/** The part of a manifest that is known before training. Plain JSON. */
export interface Plan {
  readonly schemaVersion: typeof SCHEMA_VERSION;
  readonly versions: { readonly pipeline: string; readonly kernel: string };
  readonly recipe: ResolvedRecipe;
  readonly data: DataFacts;
  readonly split: Split;
}

export interface DataFacts {
  readonly name: string;
  readonly column: string;
  readonly rows: number;
  /** The unit of time, and the usual number of them between two rows. */
  readonly unit: string;
  readonly step: number;
  /** How often rows come, in words; absent for times that have no regular calendar. */
  readonly frequency?: string;
  readonly first: string;
  readonly last: string;
  /** SHA-256 over times and values, see `dataHash`. */
  readonly hash: string;
  readonly missing: {
    readonly count: number;
    /** How many of them are rows that the calendar has and the file lacks; absent for none. */
    readonly absent?: number;
    /** Rows without a value at the end of the file, which are not counted: the forecast begins before them. Absent for none. */
    readonly trailing?: number;
    readonly longest: { readonly length: number; readonly from: string; readonly to: string } | null;
  };
}

/** The settings and results of a run. Plain JSON. `fit` with its recipe on the same data reproduces it. */
export interface Manifest extends Plan {
  /** The number of weights and biases. */
  readonly parameters: number;
  /** Mean squared errors of the transformed series over all positions of all windows, per epoch. */
  readonly loss: { readonly training: History["loss"]; readonly heldOut: History["validationLoss"] };
  /** Threads that trained: fewer than requested if the network is too small for them, or workers are not available. */
  readonly threads: number;
  /** Only for presets that define limits. */
  readonly limits?: Limits;
  /** One-step errors in the units of the series; null if there was nothing to predict. */
  readonly metrics: { readonly training: Metrics | null; readonly heldOut: Metrics | null };
  /** The same errors of simple methods on the held-out rows; null for a method that does not apply. */
  readonly baselines: Readonly<Record<BaselineName, Metrics | null>>;
  /** The SHA-256 of each tensor. */
  readonly tensors: Readonly<Record<string, string>>;
  /** SHA-256 over all tensors, see `fingerprint`. */
  readonly fingerprint: string;
}

/** A manifest without the losses of its epochs. */
export type Results = Omit<Manifest, "loss">;
