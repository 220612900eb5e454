import { applyTransforms, futureTimes, lagOf, type Series } from "@sluice/data";
import { expectInteger } from "@sluice/kernel-wasm/checks";
import { defaultConvention, FormatError, Gru } from "@sluice/model";
import { forecastRecursively } from "../evaluation/forecast-recursively.js";
import { type OneStep, oneStep } from "../evaluation/one-step.js";
import { SCHEMA_VERSION } from "../formats/read-json.js";
import { fingerprint } from "../hashes/fingerprint.js";
import { readSealed, seal } from "../hashes/sealed-file.js";
import type { Manifest } from "../manifest/manifest.js";
import { type Prepared, prepare } from "../preparation/prepare.js";
import { MAX_ROWS } from "../recipe/recipe-schema.js";
import { type ForecasterContents, METADATA_KEY, readContents } from "./forecaster-file.js";

/** A trained network with the data for forecasts: transforms, the last rows of its series, and its manifest. */
export class Forecaster {
  readonly manifest: Manifest;
  readonly #gru: Gru;
  readonly #contents: ForecasterContents;

  /** @internal Use `fit` or `Forecaster.load`. */
  constructor(gru: Gru, contents: ForecasterContents) {
    this.manifest = contents.manifest;
    this.#gru = gru;
    this.#contents = contents;
  }

  /**
   * Loads a file written by `save`.
   * @param file the name of the file, for messages
   * @throws FormatError for bytes that are not such a file, were changed, or whose network has another fingerprint than its manifest states.
   */
  static async load(bytes: Uint8Array, file = "model file"): Promise<Forecaster> {
    const contents = readContents(file, readSealed(file, bytes).metadata);
    const { cell, hiddenSize } = contents.manifest.recipe;
    const gru = await readNetwork(file, bytes);
    const { config } = gru;
    const isOfSize =
      config.cell === cell && config.hiddenSize === hiddenSize && config.inputSize === 1 && config.outputSize === 1;
    const problem = isOfSize ? wrongFingerprint(gru, contents.manifest) : "got a network of another size or cell";
    if (!problem) return new Forecaster(gru, contents);
    gru.dispose();
    throw new FormatError(file, `expected the network of its manifest, ${problem}`);
  }

  /**
   * The `horizon` values after the end of the series, in its units and times.
   * @throws RangeError for a horizon that is not an integer from 1 to 10,000,000.
   */
  forecast(horizon: number = this.manifest.recipe.horizon): Series {
    expectInteger("horizon", horizon, 1, MAX_ROWS);
    const { history, transforms, manifest } = this.#contents;
    const { lookback } = manifest.recipe;
    const past = Float64Array.from(history.values);
    const values = forecastRecursively(this.#gru, transforms, past, { lookback, horizon });
    const time = { ...history.time, values: Float64Array.from(history.time.values) };
    return {
      name: `${manifest.data.name} forecast`,
      time: { ...time, values: futureTimes(time, horizon) },
      columns: [{ name: manifest.data.column, values }],
    };
  }

  /**
   * One-step predictions over another series, with the transforms of the series that was fitted.
   * @throws RecipeError or DataError for a series that the recipe cannot be used on.
   */
  approximate(series: Series): OneStep {
    const { manifest, transforms: fitted } = this.#contents;
    const { target, lag, recipe } = prepare(series, manifest.recipe);
    const { values } = target;
    const transformed = applyTransforms(fitted, values);
    return oneStep(this.#gru, { lookback: recipe.lookback, values, fitted, lag, transformed });
  }

  /** The bytes of a safetensors file: the network, with manifest, transforms and last rows in its metadata. */
  save(): Uint8Array {
    return seal(this.#gru.save({ metadata: { [METADATA_KEY]: JSON.stringify(this.#contents) } }));
  }

  /** Frees the network's memory; every later call throws. */
  dispose(): void {
    this.#gru.dispose();
  }
}

/** The result of `fit`: a forecaster, with its one-step predictions over the series that it was fitted on. */
export class FittedForecaster extends Forecaster {
  /** @internal Use `fit`. */
  constructor(
    gru: Gru,
    contents: ForecasterContents,
    readonly oneStep: OneStep,
  ) {
    super(gru, contents);
  }
}

/** The contents of the file of a forecaster, for a prepared series. */
export function contentsOf(manifest: Manifest, { target, recipe, fitted }: Prepared): ForecasterContents {
  const { name, unit, step, frequency, values } = target.time;
  const rows = recipe.lookback + lagOf(recipe.transforms);
  return {
    schemaVersion: SCHEMA_VERSION,
    manifest,
    transforms: fitted,
    history: {
      time: { name, unit, step, ...(frequency && { frequency }), values: Array.from(values.slice(-rows)) },
      values: Array.from(target.values.slice(-rows)),
    },
  };
}

async function readNetwork(file: string, bytes: Uint8Array): Promise<Gru> {
  try {
    return await Gru.load(bytes);
  } catch (cause) {
    if (!(cause instanceof FormatError)) throw cause;
    throw new FormatError(file, cause.message, { cause });
  }
}

/** How the parameters of a network differ from those that a manifest states; undefined if they do not. */
function wrongFingerprint(gru: Gru, manifest: Manifest): string | undefined {
  const got = fingerprint(gru.stateDict(defaultConvention(manifest.recipe.cell)));
  return got === manifest.fingerprint ? undefined : `fingerprint ${manifest.fingerprint}, got ${got}`;
}
