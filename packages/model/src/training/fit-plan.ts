import { expectInteger, expectKeys } from "@sluice/kernel-wasm/checks";
import { type GruConfig, refuseMemoryless } from "../network/config.js";
import type { Window } from "../passes/batch.js";
import { type Loss, targetsOf } from "../passes/losses.js";
import { type Sequences, type StridedRows, stateRows, type TrainingData, toSequences } from "../sequences.js";
import { checkClip } from "./clip.js";
import { type EarlyStopping, resolveEarlyStopping } from "./early-stopping.js";
import { FIT_OPTIONS, type FitOptions } from "./fit-options.js";
import { type Optimizer, resolveOptimizer } from "./optimizer.js";
import { sgd } from "./optimizers/sgd.js";
import { checkRegularize } from "./regularize.js";
import { resolveSchedule, type Schedule } from "./schedule.js";
import { constantRate } from "./schedules/constant-rate.js";
import { resolveTruncate, windowsOf } from "./truncation.js";
import { heldOut, rowsBetween, samplesBetween } from "./validation-split.js";

/** Samples, and the states before them where they are given. */
export interface SampleSet {
  readonly data: Sequences;
  readonly states: StridedRows | undefined;
}

/** What a training run does, with its defaults. */
export interface FitPlan {
  readonly training: SampleSet;
  readonly validation: SampleSet | undefined;
  readonly batchSize: number;
  /** The steps of each update of a batch. */
  readonly windows: readonly Window[];
  readonly stateful: boolean;
  readonly loss: Loss;
  /** Batches of an update. */
  readonly accumulate: number;
  readonly optimizer: Optimizer;
  readonly schedule: Schedule;
  readonly earlyStopping: Required<EarlyStopping> | null;
  /** All that decides the bits, as JSON: what must be the same where training is resumed. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** @throws TypeError or RangeError for options or data that do not fit. */
export function planOf(config: Required<GruConfig>, data: TrainingData, options: FitOptions): FitPlan {
  expectKeys("fit options", options, FIT_OPTIONS);
  const { shuffle = false, loss = "mse", clip = null, regularize = null } = options;
  const { accumulate = 1, validationEvery = 1, threads } = options;
  expectInteger("epochs", options.epochs, 1, 0x80000000);
  expectInteger("validationEvery", validationEvery, 1, 0x80000000);
  expectInteger("accumulate", accumulate, 1, 0x80000000);
  if (threads !== undefined && threads !== "auto") expectInteger("threads", threads, 1, 256);
  if (options.gradientCheckpointing && config.direction !== "forward")
    throw new RangeError(
      `gradientCheckpointing: expected a network that runs forward, got direction ${config.direction}`,
    );
  if (clip) checkClip(clip);
  if (regularize) checkRegularize(regularize);
  const { training, validation } = setsOf(config, data, options);
  const { count: samples, steps } = training.data;
  const batchSize = Math.min(options.batchSize ?? samples, samples);
  expectInteger("batchSize", batchSize, 1, 0x80000000);
  const truncate = options.truncate ? resolveTruncate(options.truncate, config) : null;
  const { stateful = false } = options;
  if (stateful) checkStateful(config, options, samples, batchSize);
  const optimizer = resolveOptimizer(options.optimizer ?? sgd({ learningRate: 0.01 }));
  const schedule = resolveSchedule(options.schedule ?? constantRate());
  const earlyStopping = options.earlyStopping ? resolveEarlyStopping(options.earlyStopping) : null;
  const settings = {
    samples,
    steps,
    batchSize,
    shuffle,
    accumulate,
    truncate,
    stateful,
    loss,
    clip,
    regularize,
    optimizer,
    schedule,
    earlyStopping,
    initialState: training.states !== undefined,
    masked: training.data.flags !== undefined,
    weighted: training.data.weights !== undefined,
    validation: validation ? { samples: validation.data.count, every: validationEvery } : null,
  };
  const windows = windowsOf(steps, truncate);
  const sets = { training, validation, batchSize, windows, stateful };
  return { ...sets, loss, accumulate, optimizer, schedule, earlyStopping, settings };
}

/** Refuses what states cannot go through from batch to batch: row i of each goes on where row i of the one before ended. */
function checkStateful(
  { cell, direction }: Required<GruConfig>,
  { shuffle, initialState }: FitOptions,
  samples: number,
  batchSize: number,
): void {
  if (cell === "memoryless") refuseMemoryless();
  if (direction !== "forward")
    throw new RangeError(`stateful: expected a network that runs forward, got direction ${direction}`);
  if (shuffle) throw new RangeError("stateful: expected samples in their order, got shuffle");
  if (initialState)
    throw new RangeError("stateful: expected no initialState, as states go from batch to batch, got one");
  if (samples % batchSize !== 0)
    throw new RangeError(`stateful: expected batches of one size, got ${samples} samples in batches of ${batchSize}`);
}

/** Whether states go from one batch to the next. */
export function carries({ windows, stateful }: Pick<FitPlan, "windows" | "stateful">): boolean {
  return stateful || windows.length > 1;
}

function setsOf(
  config: Required<GruConfig>,
  given: TrainingData,
  { validation, validationSplit, initialState, loss }: FitOptions,
): Pick<FitPlan, "training" | "validation"> {
  const targets = targetsOf(config, loss);
  const data = toSequences(given, config, targets);
  const states = initialState && stateRows(initialState, config, data.count);
  if (validationSplit === undefined) {
    const watched = validation && { data: toSequences(validation, config, targets), states: undefined };
    return { training: { data, states }, validation: watched };
  }
  if (validation) throw new RangeError("validation: expected it or validationSplit, got both");
  const border = data.count - heldOut(validationSplit, data.count);
  const between = (from: number, to: number) => ({
    data: samplesBetween(data, from, to),
    states: states && rowsBetween(states, from, to),
  });
  return { training: between(0, border), validation: between(border, data.count) };
}
