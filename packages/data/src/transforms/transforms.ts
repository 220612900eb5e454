import { exp, log } from "@sluice/kernel-wasm/math";

/**
 * A change of values that can be undone. `difference`: value minus the value `difference` steps before.
 * `standardize`: to mean 0 and standard deviation 1 of the training part. `min-max`: its range to 0 … 1. `log`: natural logarithm.
 */
export type TransformSpec = "log" | "standardize" | "min-max" | { readonly difference: number };

/** A transform with its constants: plain data. `scale` maps x to (x − offset) / factor. */
export type FittedTransform =
  | { readonly kind: "log" }
  | { readonly kind: "scale"; readonly offset: number; readonly factor: number }
  | { readonly kind: "difference"; readonly lag: number };

/** How many values a chain leaves out at the start: the sum of its lags. */
export function lagOf(specs: readonly (TransformSpec | FittedTransform)[]): number {
  let lag = 0;
  for (const spec of specs) {
    if (typeof spec !== "object") continue;
    if ("difference" in spec) lag += spec.difference;
    else if (spec.kind === "difference") lag += spec.lag;
  }
  return lag;
}

/**
 * Fits a chain of transforms, each on what the ones before it make of the training values.
 * @throws RangeError where a transform cannot be: a logarithm of a value that is not positive, equal or missing values to be scaled,
 * a lag that is no whole number or leaves no values.
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
  if (typeof spec === "object") {
    const lag = spec.difference;
    if (!Number.isInteger(lag) || lag < 1)
      throw new RangeError(`difference: expected a whole number from 1, got ${lag}`);
    if (lag >= values.length)
      throw new RangeError(`difference: expected more than ${lag} values, got ${values.length}`);
    return { kind: "difference", lag };
  }
  if (spec === "log") return { kind: "log" };
  if (values.length === 0) throw new RangeError(`${spec}: expected values to fit on, got none`);
  const gap = values.findIndex(Number.isNaN);
  if (gap >= 0) throw new RangeError(`${spec}: expected numbers, got a missing value at position ${gap}`);
  if (spec === "standardize") {
    const offset = mean(values);
    const factor = Math.sqrt(mean(values.map((x) => (x - offset) * (x - offset))));
    if (!Number.isFinite(factor))
      throw new RangeError("standardize: expected a finite variance, got values too far apart");
    // the rounded mean of equal values may differ from them by a bit
    if (!(factor > 0) || values.every((x) => x === values[0]))
      throw new RangeError(
        `standardize: expected values that vary, got ${values.length} equal ones (standard deviation 0)`,
      );
    return { kind: "scale", offset, factor };
  }
  if (spec === "min-max") {
    const low = values.reduce((a, b) => Math.min(a, b));
    const high = values.reduce((a, b) => Math.max(a, b));
    if (!(high > low)) throw new RangeError(`min-max: expected values that vary, got ${values.length} equal ones`);
    return { kind: "scale", offset: low, factor: high - low };
  }
  throw new RangeError(
    `transform: expected log, standardize, min-max or { difference }, got ${JSON.stringify(spec)}`,
  );
}

function mean(values: Float64Array): number {
  return values.reduce((sum, x) => sum + x, 0) / values.length;
}

/** What one transform makes of values; a difference is shorter by its lag. */
export function applyOne(transform: FittedTransform, values: Float64Array): Float64Array {
  if (transform.kind === "difference") {
    return values.slice(transform.lag).map((x, i) => x - values[i]!);
  }
  if (transform.kind === "scale") return values.map((x) => (x - transform.offset) / transform.factor);
  return values.map((x, i) => {
    if (x <= 0) throw new RangeError(`log: expected values above 0, got ${x} at position ${i}; leave out "log"`);
    return log(x);
  });
}

/** The value whose transform is `y`; `before` is the value that a difference was taken from. */
export function invertValue(transform: FittedTransform, y: number, before: (lag: number) => number): number {
  if (transform.kind === "difference") return y + before(transform.lag);
  if (transform.kind === "scale") return y * transform.factor + transform.offset;
  return exp(y);
}

/** What a chain makes of values: result[i] belongs to values[i + lagOf(fitted)]. */
export function applyTransforms(fitted: readonly FittedTransform[], values: Float64Array): Float64Array {
  return fitted.reduce((current, transform) => applyOne(transform, current), values);
}
