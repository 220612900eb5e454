import { applyTransforms, type FittedTransform, futureTimes, lagOf, type Series, type TimeUnit } from "@sluice/data";
import { Gru, readSafetensors } from "@sluice/model";
import type { Manifest } from "./manifest.js";
import { type OneStep, oneStep } from "./one-step.js";
import { type Prepared, prepare } from "./prepare.js";
import { forecastRecursively } from "./recursion.js";

/** What a forecast goes on from: the last rows of the series, without gaps. */
interface History {
  readonly time: {
    readonly name: string;
    readonly unit: TimeUnit;
    readonly step: number;
    readonly values: number[];
  };
  readonly values: number[];
}

interface Contents {
  readonly manifest: Manifest;
  readonly transforms: readonly FittedTransform[];
  readonly history: History;
}

/** The key of a model file's metadata under which `save` writes the contents. */
const KEY = "forecaster";

/** A trained network with all that it needs to forecast: transforms, the last rows of its series, and its manifest. */
export class Forecaster {
  readonly manifest: Manifest;
  readonly #gru: Gru;
  readonly #contents: Contents;

  /** @internal Use `fit` or `Forecaster.load`. */
  constructor(gru: Gru, contents: Contents) {
    this.manifest = contents.manifest;
    this.#gru = gru;
    this.#contents = contents;
  }

  /** @internal A forecaster that goes on from the end of a prepared series. */
  static of(gru: Gru, manifest: Manifest, { target, recipe, fitted }: Prepared): Forecaster {
    const { name, unit, step, values } = target.time;
    const rows = recipe.lookback + lagOf(recipe.transforms);
    const history = {
      time: { name, unit, step, values: Array.from(values.slice(-rows)) },
      values: Array.from(target.values.slice(-rows)),
    };
    return new Forecaster(gru, { manifest, transforms: fitted, history });
  }

  /**
   * Reads what `save` wrote.
   * @throws RangeError for bytes that hold no forecaster.
   */
  static async load(bytes: Uint8Array): Promise<Forecaster> {
    const contents = readSafetensors(bytes).metadata[KEY];
    if (contents === undefined)
      throw new RangeError(`model file: expected one that "sluice run" or Forecaster.save wrote`);
    return new Forecaster(await Gru.load(bytes), JSON.parse(contents) as Contents);
  }

  /**
   * The `horizon` values after the end of the series, in its own units and times.
   * @throws RangeError for a horizon that is no whole number from 1.
   */
  forecast(horizon: number = this.manifest.recipe.horizon): Series {
    if (!Number.isSafeInteger(horizon) || horizon < 1) {
      throw new RangeError(`horizon: expected a whole number from 1, got ${horizon}`);
    }
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
   * The one-step predictions over a series, by default's wish the one that was fitted.
   * @throws RangeError or DataError for a series that the recipe cannot run on.
   */
  approximate(series: Series): OneStep {
    const { manifest, transforms } = this.#contents;
    const prepared = prepare(series, manifest.recipe);
    const transformed = applyTransforms(transforms, prepared.target.values);
    return oneStep(this.#gru, { ...prepared, fitted: transforms, transformed });
  }

  /**
   * The squared units of the series that one unit of the loss stands for; null where a logarithm lies between the two, so that
   * errors of the one cannot be held against the other.
   */
  get lossUnit(): number | null {
    let factor = 1;
    for (const transform of this.#contents.transforms) {
      if (transform.kind === "scale") factor *= transform.factor;
      else if (transform.kind !== "difference") return null;
    }
    return factor * factor;
  }

  /** The bytes of a safetensors file: the network, with manifest, transforms and last rows in its metadata. */
  save(): Uint8Array {
    return this.#gru.save({ metadata: { [KEY]: JSON.stringify(this.#contents) } });
  }

  /** Lets the network go; every later call throws. */
  dispose(): void {
    this.#gru.dispose();
  }
}
