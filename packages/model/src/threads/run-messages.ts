import type { GruConfig } from "../network/config.js";
import type { TrainingData } from "../sequences.js";
import type { BatchEvent, EpochEvent, FitOptions } from "../training/fit-options.js";
import type { Snapshot } from "../training/state.js";

/** The message that begins a training run in a worker. It answers `ready`, then with events, then with the end. */
export interface RunRequest {
  readonly module: WebAssembly.Module;
  readonly config: Required<GruConfig>;
  readonly data: TrainingData;
  /** All but functions and the signal; `resume` holds the state that it begins from. */
  readonly options: FitOptions;
  /** Whether somebody listens to batches. */
  readonly batches: boolean;
}

/** Ends a run after the update under way. */
export interface Stop {
  readonly stop: true;
}

/** An epoch was heard of: the run goes only a few ahead of its listener. */
export interface Heard {
  readonly heard: true;
}

export interface RunEnd {
  readonly snapshot: Snapshot;
  /** Threads that shared the updates. */
  readonly threads: number;
  /** What went wrong, in words, and the error's name; or the arguments of a DivergedError. */
  readonly error?: string;
  readonly kind?: string;
  readonly diverged?: readonly [epoch: number, batch: number, tensor: string, loss: number];
}

export type FromRun =
  | { readonly ready: true }
  | { readonly batch: BatchEvent }
  | { readonly epoch: EpochEvent; readonly snapshot: Snapshot }
  | RunEnd
  /** It could not begin, or its end could not be told. */
  | { readonly error: string };
