import { expectInteger, expectKeys } from "@sluice/kernel-wasm/checks";
import { expectForward, type GruConfig, throwMemoryless } from "../../config/config.js";
import type { Window } from "../../passes/batch.js";
import { type Loss, targetsOf } from "../../passes/losses.js";
import {
  type Sequences,
  type StridedRows,
  stateRows,
  type TrainingData,
  toSequences,
} from "../../tensors/sequences.js";
import { checkClip } from "../gradients/clip.js";
import { checkRegularize } from "../gradients/regularize.js";
import { type Optimizer, resolveOptimizer } from "../optimizers/optimizer.js";
import { sgd } from "../optimizers/sgd.js";
import { constantRate } from "../schedules/constant-rate.js";
import { resolveSchedule, type Schedule } from "../schedules/schedule.js";
import { type EarlyStopping, resolveEarlyStopping } from "./early-stopping.js";
import { FIT_OPTIONS, type FitOptions } from "./fit-options.js";
import { resolveTruncate, windowsOf } from "./truncation.js";
import { heldOutCount, sliceRows, sliceSamples } from "./validation-split.js";

/** Samples, and the states before their first steps if given. */
export interface SampleSet {
  readonly data: Sequences;
  readonly states: StridedRows | undefined;
}

/** The resolved options and data of a training run. */
export interface FitPlan {
  readonly training: SampleSet;
  readonly validation: SampleSet | undefined;
  readonly batchSize: number;
  /** The steps of each update of a batch; see `windowsOf`. */
  readonly windows: readonly Window[];
  readonly stateful: boolean;
  readonly loss: Loss;
  /** Batches per update. */
  readonly accumulate: number;
  readonly optimizer: Optimizer;
  readonly schedule: Schedule;
  readonly earlyStopping: Required<EarlyStopping> | null;
  /** Everything besides the network that determines the bits, as JSON. A checkpoint is resumed only with the same settings. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/**
 * Checks options and data.
 * @throws TypeError or RangeError for invalid options or data.
 */
export function planFit(config: Required<GruConfig>, data: TrainingData, options: FitOptions): FitPlan {
  expectKeys("fit options", options, FIT_OPTIONS);
  const { shuffle = false, loss = "mse", clip = null, regularize = null } = options;
  const { accumulate = 1, validationEvery = 1, threads } = options;
  expectInteger("epochs", options.epochs, 1);
  expectInteger("validationEvery", validationEvery, 1);
  expectInteger("accumulate", accumulate, 1);
  if (threads !== undefined && threads !== "auto") expectInteger("threads", threads, 1, 256);
  if (options.gradientCheckpointing) expectForward("gradientCheckpointing", config.direction);
  if (clip) checkClip(clip);
  if (regularize) checkRegularize(regularize);
  const { training, validation } = splitData(config, data, options);
  const { count: samples, steps } = training.data;
  const batchSize = Math.min(options.batchSize ?? samples, samples);
  expectInteger("batchSize", batchSize, 1);
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

/** Checks that row i of each batch can start from the final state of row i of the batch before. */
function checkStateful(
  { cell, direction }: Required<GruConfig>,
  { shuffle, initialState }: FitOptions,
  samples: number,
  batchSize: number,
): void {
  if (cell === "memoryless") throwMemoryless();
  expectForward("stateful", direction);
  if (shuffle) throw new RangeError("stateful: expected shuffle: false, got true");
  if (initialState)
    throw new RangeError("stateful: expected no initialState, because states are carried between batches, got one");
  if (samples % batchSize !== 0)
    throw new RangeError(
      `stateful: expected batches of equal size, got ${samples} samples in batches of ${batchSize}`,
    );
}

/** Whether states are carried from one batch to the next. */
export function carriesState({ windows, stateful }: Pick<FitPlan, "windows" | "stateful">): boolean {
  return stateful || windows.length > 1;
}

function splitData(
  config: Required<GruConfig>,
  given: TrainingData,
  { validation, validationSplit, initialState, loss }: FitOptions,
): Pick<FitPlan, "training" | "validation"> {
  const targets = targetsOf(config, loss);
  const data = toSequences(given, config, targets);
  const states = initialState && stateRows(initialState, config, data.count);
  if (validationSplit === undefined) {
    const held = validation && { data: toSequences(validation, config, targets), states: undefined };
    return { training: { data, states }, validation: held };
  }
  if (validation) throw new RangeError("validation and validationSplit: expected one of them, got both");
  const end = data.count - heldOutCount(validationSplit, data.count);
  const slice = (from: number, to: number) => ({
    data: sliceSamples(data, from, to),
    states: states && sliceRows(states, from, to),
  });
  return { training: slice(0, end), validation: slice(end, data.count) };
}
