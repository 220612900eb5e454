import type { DropoutKey } from "@sluice/kernel-wasm";

/** Steps [start, end) of a batch; those from `lossStart` on contribute to the loss. */
export interface Window {
  readonly start: number;
  readonly lossStart: number;
  readonly end: number;
}

/** The samples and steps of one update. */
export interface Batch {
  /** Samples [first, first + count). */
  readonly first: number;
  readonly count: number;
  /** All steps if absent. */
  readonly window?: Window | undefined;
  /** The key of the dropout masks; without it nothing is dropped. */
  readonly key?: DropoutKey["key"] | undefined;
  /** Whether the pass starts from the workspace's carried states. */
  readonly startsFromCarried?: boolean;
  /** The states before this step become the carried states. If absent, the carried states do not change. */
  readonly carriesStatesAt?: number | undefined;
}

/** The window of a batch of `steps` steps. */
export function windowOf({ window }: Batch, steps: number): Window {
  return window ?? { start: 0, lossStart: 0, end: steps };
}
