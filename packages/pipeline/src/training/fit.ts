import { type Sequences, type Series, windows } from "@sluice/data";
import { expectKeys } from "@sluice/kernel-wasm/checks";
import { defaultConvention, Gru, type History, type FitOptions as ModelFitOptions, sgd } from "@sluice/model";
import { InterruptedError } from "../errors/interrupted-error.js";
import { BASELINES, type BaselineName, baseline } from "../evaluation/baselines.js";
import { type Metrics, metricsOf, naiveScale } from "../evaluation/metrics.js";
import { type OneStep, oneStep } from "../evaluation/one-step.js";
import { contentsOf, FittedForecaster } from "../forecaster/forecaster.js";
import { fingerprint, tensorHashes } from "../hashes/fingerprint.js";
import type { Manifest } from "../manifest/manifest.js";
import { plan } from "../manifest/plan.js";
import { isPrepared, type Prepared, prepare } from "../preparation/prepare.js";
import { limitsOf } from "../recipe/presets.js";
import type { Recipe } from "../recipe/recipe.js";
import { checkpointEpochs } from "./checkpoint-epochs.js";

export interface FitProgress {
  /** Counted from 0. */
  readonly epoch: number;
  readonly epochs: number;
  readonly loss: number;
  /** Only in epochs that measure it. */
  readonly heldOutLoss?: number;
  /** Returns a checkpoint of the current state, see `FitOptions.resume`. */
  checkpoint(): Uint8Array;
}

export interface FitOptions {
  /** Called after each epoch. */
  readonly onProgress?: (progress: FitProgress) => void;
  /** On abort `fit` rejects with an InterruptedError that contains a checkpoint. */
  readonly signal?: AbortSignal;
  /** A checkpoint of the same recipe and series: training continues from it, with the same result. */
  readonly resume?: Uint8Array;
  /** The largest number of threads, or `auto`; 1 by default. Results do not depend on it; the manifest states how many were used. */
  readonly threads?: number | "auto";
}

const OPTIONS: readonly (keyof FitOptions)[] = ["onProgress", "signal", "resume", "threads"];

/**
 * Trains a network on a series: fits the transforms on the training part, trains on its windows, and measures its
 * one-step errors on the held-out rows, and those of simple methods.
 *
 * @throws RecipeError for a wrong recipe; DataError for a series that it cannot be used on; DivergedError if the loss or a
 * gradient is not finite; InterruptedError on abort.
 */
export function fit(series: Series, recipe?: Recipe, options?: FitOptions): Promise<FittedForecaster>;
/** Trains a network on a series that `prepare` returned. */
export function fit(prepared: Prepared, options?: FitOptions): Promise<FittedForecaster>;
export async function fit(
  series: Series | Prepared,
  recipeOrOptions: Recipe | FitOptions = {},
  options: FitOptions = {},
): Promise<FittedForecaster> {
  return isPrepared(series)
    ? fitPrepared(series, recipeOrOptions as FitOptions)
    : fitPrepared(prepare(series, recipeOrOptions as Recipe), options);
}

async function fitPrepared(prepared: Prepared, options: FitOptions): Promise<FittedForecaster> {
  expectKeys("fit", options, OPTIONS);
  const { cell, hiddenSize, init, seed, lookback } = prepared.recipe;
  const gru = await Gru.create({ inputSize: 1, hiddenSize, outputSize: 1, cell, init, seed });
  try {
    const history = await train(gru, prepared, options);
    const predictions = oneStep(gru, { ...prepared, lookback, values: prepared.target.values });
    const manifest = manifestOf(gru, prepared, history, predictions);
    return new FittedForecaster(gru, contentsOf(manifest, prepared), predictions);
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
 * Windows of the training part, and windows whose targets are all held out. If the held-out part is shorter than a
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

function manifestOf(gru: Gru, prepared: Prepared, history: History, predictions: OneStep): Manifest {
  const { recipe } = prepared;
  const tensors = gru.stateDict(defaultConvention(recipe.cell));
  const limits = limitsOf(recipe);
  return {
    ...plan(prepared),
    parameters: gru.parameterCount,
    loss: { training: history.loss, heldOut: history.validationLoss },
    threads: history.threads,
    ...(limits && { limits }),
    ...errorsOf(prepared, predictions),
    tensors: tensorHashes(tensors),
    fingerprint: fingerprint(tensors),
  };
}

/** One-step errors on both parts, and those of the baselines. Rows with a missing value are excluded. */
function errorsOf(
  { target, recipe, train }: Prepared,
  { first, predicted }: OneStep,
): Pick<Manifest, "metrics" | "baselines"> {
  const { observed, values } = target;
  const { season } = recipe;
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
