import { type Sequences, type Series, windows } from "@sluice/data";
import { defaultConvention, Gru, type History, type FitOptions as ModelFitOptions, sgd } from "@sluice/model";
import { BASELINES, type BaselineName, baseline } from "./baselines.js";
import { checkpointEpochs } from "./checkpoint-epochs.js";
import { Forecaster } from "./forecaster.js";
import { fingerprint, tensorHashes } from "./hash.js";
import { InterruptedError } from "./interrupted-error.js";
import { limitsOf } from "./limits.js";
import type { Manifest } from "./manifest.js";
import { type Metrics, metricsOf, naiveScale } from "./metrics.js";
import { oneStep } from "./one-step.js";
import { planOf } from "./plan.js";
import { type Prepared, prepare } from "./prepare.js";
import type { Recipe } from "./recipe.js";

export interface FitProgress {
  /** Counted from 0. */
  readonly epoch: number;
  readonly epochs: number;
  readonly loss: number;
  /** On the epochs where it is measured. */
  readonly heldOutLoss?: number;
  /** Everything to go on from here; made when called. */
  checkpoint(): Uint8Array;
}

export interface FitOptions {
  readonly onProgress?: (progress: FitProgress) => void;
  /** On abort `fit` rejects with an InterruptedError that carries a checkpoint. */
  readonly signal?: AbortSignal;
  /** A checkpoint of the same recipe and series to go on from, to the same bits. */
  readonly resume?: Uint8Array;
  /** Threads that train, at most: a number or `auto`; 1 by default. They change no bit; the manifest says how many there were. */
  readonly threads?: number | "auto";
}

/**
 * Trains a network on a series: transforms fitted on the training part, windows, epochs, one-step errors on held-out rows
 * beside those of simple methods.
 *
 * @throws RangeError for a wrong recipe; DataError for a series that it cannot run on; DivergedError where the loss or a
 * gradient is not finite; InterruptedError on abort.
 */
export async function fit(series: Series, recipe: Recipe = {}, options: FitOptions = {}): Promise<Forecaster> {
  const prepared = prepare(series, recipe);
  const { cell, hiddenSize, init, seed } = prepared.recipe;
  const gru = await Gru.create({ inputSize: 1, hiddenSize, outputSize: 1, cell, init, seed });
  try {
    const history = await train(gru, prepared, options);
    return Forecaster.of(gru, manifestOf(series.name, gru, prepared, history), prepared);
  } catch (error) {
    gru.dispose();
    throw error;
  }
}

async function train(
  gru: Gru,
  prepared: Prepared,
  { onProgress, signal, resume, threads = 1 }: FitOptions,
): Promise<History> {
  const { epochs, batchSize, shuffle, learningRate, momentum, clip, validationEvery } = prepared.recipe;
  const { training, heldOut } = sequencesOf(prepared);
  const options: ModelFitOptions = {
    epochs,
    batchSize: batchSize === "all" ? training.count : batchSize,
    shuffle,
    optimizer: sgd({ learningRate, momentum }),
    validation: heldOut,
    validationEvery,
    threads,
    onEpoch: ({ epoch, loss, validationLoss }) => {
      const heldOutLoss = validationLoss === undefined ? {} : { heldOutLoss: validationLoss };
      onProgress?.({ epoch, epochs, loss, ...heldOutLoss, checkpoint: () => gru.checkpoint() });
    },
    ...(clip && { clip }),
    ...(signal && { signal }),
    ...(resume && { resume }),
  };
  try {
    return await gru.fit(training, options);
  } catch (error) {
    if (!signal?.aborted || error !== signal.reason) throw error;
    const checkpoint = gru.checkpoint();
    throw new InterruptedError(checkpoint, checkpointEpochs(checkpoint), { cause: error });
  }
}

/**
 * Windows of the training part, and windows whose every target is held out. Where the held-out part is shorter than a
 * window, its windows are as long as it is.
 */
function sequencesOf({ recipe, train, lag, transformed }: Prepared): {
  training: Sequences;
  heldOut: Sequences;
} {
  const rows = Float32Array.from(transformed);
  const { lookback, holdOut } = recipe;
  return {
    training: windows(rows.subarray(0, train - lag), { steps: lookback }),
    heldOut: windows(rows.subarray(train - lag - 1), { steps: Math.min(lookback, holdOut) }),
  };
}

function manifestOf(name: string, gru: Gru, prepared: Prepared, history: History): Manifest {
  const { recipe, train } = prepared;
  const tensors = gru.stateDict(defaultConvention(recipe.cell));
  return {
    ...planOf(name, prepared),
    parameters: gru.parameterCount,
    loss: { training: history.loss, heldOut: history.validationLoss },
    threads: history.threads,
    limits: limitsOf(recipe),
    ...errorsOf(gru, prepared, train),
    tensors: tensorHashes(tensors),
    fingerprint: fingerprint(tensors),
  };
}

/** One-step errors on both parts, and those of the baselines. Rows whose value is missing are not counted. */
function errorsOf(gru: Gru, prepared: Prepared, train: number): Pick<Manifest, "metrics" | "baselines"> {
  const { observed, values } = prepared.target;
  const { season } = prepared.recipe;
  const { first, predicted } = oneStep(gru, prepared);
  const scale = naiveScale(observed.subarray(0, train), season);
  const errors = (from: number, to: number, of: Float64Array) => metricsOf(observed.subarray(from, to), of, scale);
  const baselineErrors = (method: BaselineName): Metrics | null => {
    const of = baseline(method, values, train, season);
    return of && errors(train, values.length, of);
  };
  return {
    metrics: {
      training: errors(first, train, predicted.subarray(0, train - first)),
      heldOut: errors(train, values.length, predicted.subarray(train - first)),
    },
    baselines: Object.fromEntries(
      BASELINES.map((method) => [method, baselineErrors(method)]),
    ) as Manifest["baselines"],
  };
}
