import type { Snapshot } from "../training/checkpoint/training-state.js";
import type { ThreadUse } from "../training/executor.js";
import type { BatchEvent, EpochEvent } from "../training/options/fit-options.js";

/** Stops a run after the current update. */
export interface Stop {
  readonly stop: true;
}

/** Acknowledges an epoch: a run is at most a few epochs ahead of its listener. */
export interface Acknowledgement {
  readonly acknowledged: true;
}

export interface RunEnd {
  readonly snapshot: Snapshot;
  readonly threads: ThreadUse;
  /** The message and the name of an error; or the arguments of a DivergedError. */
  readonly error?: string;
  readonly kind?: string;
  readonly diverged?: readonly [epoch: number, batch: number, tensor: string, loss: number, atStart: boolean];
}

/** The answers to a RunRequest: `ready`, then events, then the end. */
export type FromRun =
  | { readonly ready: true }
  | { readonly batch: BatchEvent }
  | { readonly epoch: EpochEvent; readonly snapshot: Snapshot }
  | RunEnd
  /** The run could not start, or its end could not be sent. */
  | { readonly error: string };
