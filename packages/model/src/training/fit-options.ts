import type { Loss } from "../passes/losses.js";
import type { TrainingData } from "../sequences.js";
import type { Tensor } from "../tensor.js";
import type { Clip } from "./clip.js";
import type { EarlyStopping } from "./early-stopping.js";
import type { Optimizer } from "./optimizer.js";
import type { Regularize } from "./regularize.js";
import type { Schedule } from "./schedule.js";
import type { Truncate } from "./truncation.js";

export interface BatchEvent {
  /** Counted from 0. */
  readonly epoch: number;
  /** Counted from 0 inside the epoch. */
  readonly batch: number;
  readonly batches: number;
  /** Before the batch's update. */
  readonly loss: number;
  /** That of the update which the batch is part of. */
  readonly learningRate: number;
  /** The norm of the update's gradient before clipping; absent where the update waits for further batches. */
  readonly gradientNorm?: number;
}

export interface EpochEvent {
  /** Counted from 0. */
  readonly epoch: number;
  readonly epochs: number;
  /** The mean of the epoch's batches' losses, each taken before its update. */
  readonly loss: number;
  /** That of the epoch's last update. */
  readonly learningRate: number;
  /** The norm of the gradient of the epoch's last update, before clipping. */
  readonly gradientNorm: number;
  /** The loss on `validation` after the epoch's last update, where it was taken. */
  readonly validationLoss?: number;
}

export interface FitOptions {
  readonly epochs: number;
  /** Samples of a batch; all of them by default. */
  readonly batchSize?: number;
  /**
   * Batches whose gradients make one update: their mean does, so that memory is that of a batch. 1 by default. An epoch's last update has
   * what is left.
   */
  readonly accumulate?: number;
  /** Another order of samples in each epoch, from the model's seed; off by default. */
  readonly shuffle?: boolean;
  /** `sgd({ learningRate: 0.01 })` by default. */
  readonly optimizer?: Optimizer;
  /** How the optimizer's learning rate changes; it stays as it is by default. */
  readonly schedule?: Schedule;
  readonly clip?: Clip;
  /** Penalties on weights; none by default. */
  readonly regularize?: Regularize;
  /** `mse` by default. */
  readonly loss?: Loss;
  /**
   * Truncated back-propagation: an update for every k1 steps of a batch, whose gradient goes back k2 steps, from the state that the steps
   * before left there. All steps at once by default. For networks that run forward.
   */
  readonly truncate?: Truncate;
  /**
   * Row i of each batch of an epoch begins at the state at which row i of the batch before ended; no gradient goes from one to the other.
   * For samples in their order, in batches of one size, and networks that run forward; off by default.
   */
  readonly stateful?: boolean;
  /**
   * Keeps only the states at the borders of about √T segments of the steps, and computes a segment's activations again on the
   * way back: memory grows with √T, a third more arithmetic, the same bits. For long sequences; off by default.
   */
  readonly gradientCheckpointing?: boolean;
  /**
   * Threads that share each update, at most: a number, or `auto` for as many as the machine runs at once; 1 by default. Shape decides how many
   * of them have enough to do. Any number gives the same bits. Where workers are not to be had, or states are carried (`truncate`, `stateful`),
   * there is one thread.
   */
  readonly threads?: number | "auto";
  /**
   * Trains in a worker, so that this thread stays free: the same bits, events and checkpoints. The network has the weights of each epoch by the
   * time that `onEpoch` tells of it; the data are copied. Where workers are not to be had, training runs here, as without it; `history.worker`
   * says which. Off by default.
   */
  readonly worker?: boolean;
  /** (L D, samples, H), the state before the first step of each sample; learned or zero by default. */
  readonly initialState?: Tensor;
  /** Data that is only watched; its states begin at zero, or at the learned ones. */
  readonly validation?: TrainingData;
  /**
   * Holds out the last samples and watches them in the place of `validation`: a share of them below 1, or their number. Samples are taken
   * to be in the order of time; those that overlap in their steps are not kept apart.
   */
  readonly validationSplit?: number;
  /** Epochs from one validation to the next; 1 by default. The last epoch is always validated. */
  readonly validationEvery?: number;
  /** Ends training early; never by default. */
  readonly earlyStopping?: EarlyStopping;
  readonly onBatch?: (event: BatchEvent) => void;
  readonly onEpoch?: (event: EpochEvent) => void;
  /** On abort `fit` rejects with the signal's reason; what was done of the update under way is left out. */
  readonly signal?: AbortSignal;
  /** A checkpoint to go on from, to the same bits as if training had not stopped. */
  readonly resume?: Uint8Array;
}

export interface History {
  /** The loss of each epoch, those before a resume included. */
  readonly loss: readonly number[];
  readonly validationLoss: readonly { readonly epoch: number; readonly loss: number }[];
  /** The learning rate of each epoch's last update. */
  readonly learningRate: readonly number[];
  /** With early stopping: the epoch with the lowest watched loss, counted from 0. */
  readonly best?: { readonly epoch: number; readonly loss: number };
  /** Threads that shared the updates. */
  readonly threads: number;
  /** Whether a worker did the training. */
  readonly worker: boolean;
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
