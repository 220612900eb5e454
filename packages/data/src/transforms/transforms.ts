import { expectInteger } from "@sluice/kernel-wasm/checks";
import { exp, log } from "@sluice/kernel-wasm/math";
import {
  boxCox,
  chooseLambda,
  expm1,
  invertBoxCox,
  invertYeoJohnson,
  log1p,
  yeoJohnson,
} from "./power-transforms.js";
import { quantile } from "./quantile.js";
import { TransformError } from "./transform-error.js";

/** Transforms that take no parameter. */
export const TRANSFORMS = [
  "log",
  "log1p",
  "sqrt",
  "box-cox",
  "yeo-johnson",
  "standardize",
  "min-max",
  "robust",
  "mean",
] as const;

/**
 * A change of values with an inverse. `log`: natural logarithm; `log1p`: log(1 + x); `sqrt`: square root; `box-cox` and `yeo-johnson`: powers
 * whose lambda maximizes the likelihood of the training part. `difference`: value minus the value `difference` steps before.
 * `standardize`: to mean 0 and standard deviation 1 of the training part; `min-max`: its range to 0 … 1; `robust`: its median to 0 and its
 * interquartile range to 1; `mean`: its mean magnitude to 1; `lastSeason`: the mean magnitude of so many last values to 1.
 */
export type TransformSpec =
  | (typeof TRANSFORMS)[number]
  | { readonly difference: number }
  | { readonly lastSeason: number };

/** Transforms as text, in the form that the command line reads: `log,difference:12,standardize`; `none` for none. */
export function describeTransforms(specs: readonly TransformSpec[]): string {
  const words = specs.map((spec) => (typeof spec === "string" ? spec : Object.entries(spec).flat().join(":")));
  return words.join(",") || "none";
}

/** A transform with its constants: plain data. `scale` maps x to (x − offset) / factor. */
export type FittedTransform =
  | { readonly kind: "log" | "log1p" | "sqrt" }
  | { readonly kind: "box-cox" | "yeo-johnson"; readonly lambda: number }
  | { readonly kind: "scale"; readonly offset: number; readonly factor: number }
  | { readonly kind: "difference"; readonly lag: number };

/** How many values a chain leaves out at the start: the sum of its lags. */
export function lagOf(specs: readonly (TransformSpec | FittedTransform)[]): number {
  let lag = 0;
  for (const spec of specs) {
    if (typeof spec !== "object") continue;
    if ("difference" in spec) lag += spec.difference;
    else if ("kind" in spec && spec.kind === "difference") lag += spec.lag;
  }
  return lag;
}

/**
 * Fits a chain of transforms, each on what the ones before it make of the training values.
 * @throws TransformError where a transform is undefined: a logarithm of a value that is not positive, equal or missing values to be scaled,
 * a lag that leaves no values. RangeError for an unknown transform or a lag that is not an integer from 1.
 */
export function fitTransforms(specs: readonly TransformSpec[], training: Float64Array): FittedTransform[] {
  const fitted: FittedTransform[] = [];
  let values = training;
  for (const spec of specs) {
    const next = fitOne(spec, values);
    values = applyOne(next, values);
    fitted.push(next);
  }
  return fitted;
}

function fitOne(spec: TransformSpec, values: Float64Array): FittedTransform {
  if (typeof spec === "object" && "difference" in spec) {
    const lag = spec.difference;
    expectInteger("difference", lag, 1);
    if (lag >= values.length)
      throw new TransformError(`difference: expected more than ${lag} values, got ${values.length}`);
    return { kind: "difference", lag };
  }
  if (typeof spec === "object" && "lastSeason" in spec) {
    expectInteger("lastSeason", spec.lastSeason, 1);
    if (spec.lastSeason > values.length)
      throw new TransformError(`lastSeason: expected at least ${spec.lastSeason} values, got ${values.length}`);
    return scaleBy("lastSeason", values.slice(-spec.lastSeason));
  }
  if (spec === "log" || spec === "log1p" || spec === "sqrt") return { kind: spec };
  if (!TRANSFORMS.includes(spec)) {
    throw new RangeError(
      `transform: expected ${TRANSFORMS.join(", ")}, { difference } or { lastSeason }, got ${JSON.stringify(spec)}`,
    );
  }
  expectNumbers(spec, values);
  if (spec === "box-cox" || spec === "yeo-johnson") {
    if (spec === "box-cox") for (const [i, x] of values.entries()) expectAbove(spec, 0, x, i);
    expectVariety(spec, values);
    return { kind: spec, lambda: chooseLambda(spec, values) };
  }
  if (spec === "standardize") return fitStandardize(values);
  if (spec === "robust") {
    const range = quantile(values, 0.75) - quantile(values, 0.25);
    if (!(range > 0))
      throw new TransformError("robust: expected values with an interquartile range above 0, got 0; use standardize");
    return { kind: "scale", offset: quantile(values, 0.5), factor: range };
  }
  if (spec === "mean") return scaleBy(spec, values);
  const low = values.reduce((a, b) => Math.min(a, b));
  const high = values.reduce((a, b) => Math.max(a, b));
  expectVariety(spec, values);
  return { kind: "scale", offset: low, factor: high - low };
}

function expectNumbers(name: string, values: Float64Array): void {
  if (values.length === 0) throw new TransformError(`${name}: expected values to fit on, got none`);
  const gap = values.findIndex(Number.isNaN);
  if (gap >= 0) throw new TransformError(`${name}: expected numbers, got a missing value at position ${gap}`);
}

function expectVariety(name: string, values: Float64Array): void {
  if (!values.every((x) => x === values[0])) return;
  throw new TransformError(`${name}: expected values that vary, got ${values.length} equal ones`);
}

function expectAbove(name: string, limit: number, x: number, position: number): void {
  if (x > limit || Number.isNaN(x)) return;
  throw new TransformError(
    `${name}: expected values above ${limit}, got ${x} at position ${position}; leave out "${name}"`,
  );
}

function fitStandardize(values: Float64Array): FittedTransform {
  const offset = mean(values);
  const factor = Math.sqrt(mean(values.map((x) => (x - offset) * (x - offset))));
  if (!Number.isFinite(factor)) {
    throw new TransformError("standardize: expected a finite variance, got values too far apart");
  }
  // the rounded mean of equal values may differ from them by a bit
  if (!(factor > 0) || values.every((x) => x === values[0])) {
    throw new TransformError(
      `standardize: expected values that vary, got ${values.length} equal ones (standard deviation 0)`,
    );
  }
  return { kind: "scale", offset, factor };
}

function scaleBy(name: string, values: Float64Array): FittedTransform {
  expectNumbers(name, values);
  const factor = mean(values.map(Math.abs));
  if (!(factor > 0) || !Number.isFinite(factor))
    throw new TransformError(`${name}: expected a finite mean magnitude above 0, got ${factor}`);
  return { kind: "scale", offset: 0, factor };
}

function mean(values: Float64Array): number {
  return values.reduce((sum, x) => sum + x, 0) / values.length;
}

/** What one transform makes of values; a difference is shorter by its lag. Missing values stay missing. */
export function applyOne(transform: FittedTransform, values: Float64Array): Float64Array {
  switch (transform.kind) {
    case "difference":
      return values.slice(transform.lag).map((x, i) => x - values[i]!);
    case "scale":
      return values.map((x) => (x - transform.offset) / transform.factor);
    case "yeo-johnson":
      return values.map((x) => yeoJohnson(x, transform.lambda));
    case "box-cox":
      return values.map((x, i) => {
        expectAbove("box-cox", 0, x, i);
        return boxCox(x, transform.lambda);
      });
    case "log1p":
      return values.map((x, i) => {
        expectAbove("log1p", -1, x, i);
        return log1p(x);
      });
    case "sqrt":
      return values.map((x, i) => {
        if (x < 0)
          throw new TransformError(`sqrt: expected values from 0, got ${x} at position ${i}; leave out "sqrt"`);
        return Math.sqrt(x);
      });
    case "log":
      return values.map((x, i) => {
        expectAbove("log", 0, x, i);
        return log(x);
      });
  }
}

/**
 * The value whose transform is `y`; `before` is the value that a difference was taken from. Below the range of a square root or of a power
 * the value is the least that the transform takes.
 */
export function invertValue(transform: FittedTransform, y: number, before: (lag: number) => number): number {
  switch (transform.kind) {
    case "difference":
      return y + before(transform.lag);
    case "scale":
      return y * transform.factor + transform.offset;
    case "yeo-johnson":
      return invertYeoJohnson(y, transform.lambda);
    case "box-cox":
      return invertBoxCox(y, transform.lambda);
    case "log1p":
      return expm1(y);
    case "sqrt":
      return y < 0 ? 0 : y * y;
    case "log":
      return exp(y);
  }
}

/** What a chain makes of values: result[i] belongs to values[i + lagOf(fitted)]. */
export function applyTransforms(fitted: readonly FittedTransform[], values: Float64Array): Float64Array {
  return fitted.reduce((current, transform) => applyOne(transform, current), values);
}
