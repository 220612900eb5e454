import type { KernelModule } from "@sluice/kernel-wasm";
import type { GruConfig } from "../config/config.js";
import type { NetworkShape } from "../config/shape.js";
import type { Network } from "../network/network.js";
import type { Batch } from "../passes/batch.js";
import type { Loss } from "../passes/losses.js";
import type { TrainingWorkspace } from "../passes/workspace.js";
import type { TrainingData } from "../tensors/sequences.js";
import type { Snapshot } from "./checkpoint/training-state.js";
import type { Samples, TrainingSet } from "./loop/samples.js";
import type { Yielder } from "./loop/yield-to-event-loop.js";
import type { BatchEvent, EpochEvent, FitOptions } from "./options/fit-options.js";

/** How training uses other threads. The folder `threads` implements it, and `Gru` passes it in: training imports no worker code. */
export interface Executor {
  /**
   * The number of threads for an update on `rows` samples of `steps` steps, at most `limit`; "auto" allows as many as the machine runs at
   * once.
   */
  threadCount(shape: NetworkShape, steps: number, rows: number, limit: number | "auto"): Promise<number>;
  /** Starts workers that share updates; undefined if workers are not available. */
  startPool(network: Network, job: PoolJob, threads: number): Promise<WorkerPool | undefined>;
  /**
   * Starts a whole run in a worker; undefined if workers are not available.
   * @throws DataCloneError for data that cannot be cloned to another thread.
   */
  startRun(request: RunRequest, listener: RunListener): Promise<RemoteRun | undefined>;
}

/** The part of a task that is the same for all updates of a run. */
export interface PoolJob {
  readonly set: TrainingSet;
  readonly loss: Loss;
  readonly batchSize: number;
  /** Steps whose activations are in memory at once. */
  readonly segment: number;
}

/** Threads that share the updates of one training run. */
export interface WorkerPool {
  /** Includes the calling thread. */
  readonly threads: number;
  /**
   * Computes the mean loss of a batch and its gradients, bit by bit as the pass `meanLoss` does; undefined if all weights are 0.
   * @throws Error if a worker has stopped; the parameters are those of the last update.
   */
  meanLoss(
    work: TrainingWorkspace,
    samples: Samples,
    batch: Pick<Batch, "first" | "count"> & { readonly key: readonly [number, number]; readonly epoch: number },
    yielder: Yielder,
  ): Promise<number | undefined>;
  end(): void;
}

/** A training run for a worker, as plain data. */
export interface RunRequest {
  readonly module: KernelModule;
  readonly config: Required<GruConfig>;
  readonly data: TrainingData;
  /** All options except functions and the signal; `resume` holds the state to start from. */
  readonly options: FitOptions;
  /** Whether to report each batch. */
  readonly batches: boolean;
}

/** Receives the events of a run in a worker. */
export interface RunListener {
  batch(event: BatchEvent): void;
  /** Called after an epoch with the state of the run at that time. */
  epoch(event: EpochEvent, snapshot: Snapshot): void;
  /** Called once when the run has ended, successfully or not. */
  end(snapshot: Snapshot): void;
}

/** A training run in a worker. */
export interface RemoteRun {
  /** Resolves at the end of the run to the number of threads that shared its updates; rejects with the run's error. */
  readonly threads: Promise<number>;
  /** Asks the run to stop after the current update. */
  stop(): void;
  /** Terminates the worker; `threads` rejects with `reason`. */
  end(reason?: Error): void;
}
