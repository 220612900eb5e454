import type { Loss } from "../../passes/losses.js";
import type { TrainingData } from "../../tensors/sequences.js";
import type { TensorLike } from "../../tensors/tensor.js";
import type { Clip } from "../gradients/clip.js";
import type { Regularize } from "../gradients/regularize.js";
import type { Optimizer } from "../optimizers/optimizer.js";
import type { Schedule } from "../schedules/schedule.js";
import type { EarlyStopping } from "./early-stopping.js";
import type { Resume } from "./resume.js";
import type { Truncate } from "./truncation.js";

export interface BatchEvent {
  /** Counted from 0. */
  readonly epoch: number;
  /** Counted from 0 within the epoch. */
  readonly batch: number;
  /** Batches of an epoch. */
  readonly batches: number;
  /** The mean loss of the batch, before its update. */
  readonly loss: number;
  /** The learning rate of the update that includes the batch. */
  readonly learningRate: number;
  /** The norm of the update's gradient before clipping; absent if gradients are accumulated further. */
  readonly gradientNorm?: number;
}

export interface EpochEvent {
  /** Counted from 0. */
  readonly epoch: number;
  readonly epochs: number;
  /** The mean of the losses of the epoch's batches, each taken before its update. */
  readonly loss: number;
  /** The learning rate of the epoch's last update. */
  readonly learningRate: number;
  /** The gradient norm of the epoch's last update, before clipping. */
  readonly gradientNorm: number;
  /** The loss on the validation data after the epoch's last update; absent in epochs without validation. */
  readonly validationLoss?: number;
}

export interface FitOptions {
  readonly epochs: number;
  /** Samples per batch; all samples by default. */
  readonly batchSize?: number | undefined;
  /**
   * Batches per update, which uses the mean of their gradients; memory does not grow. 1 by default. The last update of an epoch takes the
   * remaining batches.
   */
  readonly accumulate?: number | undefined;
  /** Whether to shuffle the samples in each epoch, seeded by the model's seed; false by default. */
  readonly shuffle?: boolean | undefined;
  /** An optimizer, or its name for its defaults; `sgd({ learningRate: 0.01 })` by default. */
  readonly optimizer?: Optimizer | Optimizer["kind"] | undefined;
  /** How the learning rate changes; constant by default. */
  readonly schedule?: Schedule | undefined;
  /** Gradient clipping; none by default. */
  readonly clip?: Clip | undefined;
  /** Penalties on weights; none by default. */
  readonly regularize?: Regularize | undefined;
  /** `mse` by default. */
  readonly loss?: Loss | undefined;
  /**
   * Truncated back-propagation: one update for every k1 steps of a batch, propagated back through k2 steps, starting from the state that the
   * steps before left. By default one update covers all steps. Only for networks that run forward.
   */
  readonly truncate?: Truncate | undefined;
  /**
   * Whether row i of each batch starts from the final state of row i of the batch before, without a gradient between them; false by default.
   * Needs samples in order, batches of equal size and a network that runs forward.
   */
  readonly stateful?: boolean | undefined;
  /**
   * Whether to store only the states at the borders of about √T segments of the steps and to recompute each segment's activations in the
   * backward pass: memory grows with √T, at a third more arithmetic and with the same bits. False by default.
   */
  readonly gradientCheckpointing?: boolean | undefined;
  /**
   * The most threads to share each update, or `auto` for as many as the machine runs at once; 1 by default. Small updates use fewer. The
   * bits do not depend on the number. One thread is used if workers are not available, or if states are carried (`truncate`, `stateful`).
   */
  readonly threads?: number | "auto" | undefined;
  /**
   * Whether to train in a worker, which keeps this thread free: bits, events and checkpoints are the same. The data are copied at the call;
   * the network here has the weights of an epoch before its `onEpoch` is called. Trains on this thread if workers are not available;
   * `history.worker` says which, and `history.fallback` why. False by default.
   */
  readonly worker?: boolean | undefined;
  /** (L D, samples, H), the state before the first step of each sample; learned or zero by default. */
  readonly initialState?: TensorLike | undefined;
  /** Validation data; their initial states are learned or zero. */
  readonly validation?: TrainingData | undefined;
  /**
   * Holds out the last samples as validation data, in place of `validation`: a fraction below 1, or a number of samples. Held-out windows
   * may share steps with the last training windows.
   */
  readonly validationSplit?: number | undefined;
  /** Epochs from one validation to the next; 1 by default. The last epoch is always validated. */
  readonly validationEvery?: number | undefined;
  /** Ends training when the loss stops falling; off by default. */
  readonly earlyStopping?: EarlyStopping | undefined;
  readonly onBatch?: ((event: BatchEvent) => void) | undefined;
  readonly onEpoch?: ((event: EpochEvent) => void) | undefined;
  /** Stops training: `fit` rejects with the signal's reason, and the current update is discarded. */
  readonly signal?: FitSignal | undefined;
  /** A checkpoint to resume from, with the same bits as an uninterrupted run; or a checkpoint and options that change from here on. */
  readonly resume?: Uint8Array | Resume | undefined;
}

/** The part of an AbortSignal that `fit` uses, so that these types need no DOM library. */
export interface FitSignal {
  readonly aborted: boolean;
  throwIfAborted(): void;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

export interface History {
  /** The loss of each epoch, including those before a resume. */
  readonly loss: readonly number[];
  readonly validationLoss: readonly { readonly epoch: number; readonly loss: number }[];
  /** The learning rate of each epoch's last update. */
  readonly learningRate: readonly number[];
  /** With early stopping: the epoch with the best monitored loss, counted from 0, and that loss, which the weights after it have. */
  readonly best?: { readonly epoch: number; readonly loss: number };
  /** The number of threads that shared the updates. */
  readonly threads: number;
  /** Whether a worker did the training. */
  readonly worker: boolean;
  /** Why a worker or threads that were asked for were not used. */
  readonly fallback?: string;
}

/** The names of the options. */
export const FIT_OPTIONS: readonly (keyof FitOptions)[] = [
  "epochs",
  "batchSize",
  "accumulate",
  "shuffle",
  "optimizer",
  "schedule",
  "clip",
  "regularize",
  "loss",
  "truncate",
  "stateful",
  "gradientCheckpointing",
  "threads",
  "worker",
  "initialState",
  "validation",
  "validationSplit",
  "validationEvery",
  "earlyStopping",
  "onBatch",
  "onEpoch",
  "signal",
  "resume",
];
