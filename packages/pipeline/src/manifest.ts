import type { History } from "@sluice/model";
import type { BaselineName } from "./baselines.js";
import type { Limits } from "./limits.js";
import type { Metrics } from "./metrics.js";
import type { ResolvedRecipe } from "./recipe.js";

/** What a run is going to do: all of it known before training. Plain JSON. */
export interface Plan {
  readonly schemaVersion: 1;
  readonly versions: { readonly pipeline: string; readonly kernel: string };
  readonly recipe: ResolvedRecipe;
  readonly data: DataFacts;
  /** Rows that are trained on, and rows after them that are held out. */
  readonly split: { readonly train: number; readonly heldOut: number };
}

export interface DataFacts {
  readonly name: string;
  readonly column: string;
  readonly rows: number;
  /** The unit of time, and how many of them usually lie between two rows. */
  readonly unit: string;
  readonly step: number;
  readonly first: string;
  readonly last: string;
  /** SHA-256 over times and values, see `dataHash`. */
  readonly hash: string;
  readonly missing: {
    readonly count: number;
    readonly longest: { readonly length: number; readonly from: string; readonly to: string } | null;
  };
}

/** What a run did and what came of it. Plain JSON; `fit` with its recipe on the same data gives it again. */
export interface Manifest extends Plan {
  /** The number of weights and biases. */
  readonly parameters: number;
  /** Mean squared errors of the transformed series over all positions of all windows, epoch by epoch. */
  readonly loss: { readonly training: History["loss"]; readonly heldOut: History["validationLoss"] };
  /** Threads that trained: fewer than were asked for where the shape has too little for them to do, or workers are not to be had. */
  readonly threads: number;
  readonly limits: Limits | null;
  /** One-step errors in the series' own units; null where there was nothing to predict. */
  readonly metrics: { readonly training: Metrics | null; readonly heldOut: Metrics | null };
  /** The same errors of simple methods on the held-out rows; null for one that does not apply. */
  readonly baselines: Readonly<Record<BaselineName, Metrics | null>>;
  /** The SHA-256 of each tensor. */
  readonly tensors: Readonly<Record<string, string>>;
  /** SHA-256 over all tensors, see `fingerprint`. */
  readonly fingerprint: string;
}
