import { applyTransforms, fitTransforms, lagOf, TransformError, type TransformSpec } from "@sluice/data";

/**
 * Chooses transforms from the training part of a series:
 * `log` if all values are positive and the largest is at least twice the smallest, since the variance of such series
 * usually grows with their level; then the differences (none, first, seasonal or both) that leave the smallest variance above
 * rounding errors, a rule of thumb for the order of an ARIMA model; and `standardize` last.
 *
 * Only transforms that are defined on the whole series, and finite in single precision, are chosen.
 * @param all the whole series, which begins with the training part; the training part by default
 */
export function chooseTransforms(training: Float64Array, season: number, all = training): TransformSpec[] {
  const { low, high } = range(training);
  const scale: TransformSpec[] = range(all).low > 0 && high >= 2 * low ? ["log"] : [];
  const seasonal: TransformSpec[] = season > 1 && training.length >= 3 * season ? [{ difference: season }] : [];

  const scaled = applyTransforms(fitTransforms(scale, training), training);
  const differences = [[], [{ difference: 1 }], seasonal, [...seasonal, { difference: 1 }]];
  const candidates = differences
    .filter(
      (specs, i) =>
        differences.findIndex((other) => other.length === specs.length && lagOf(other) === lagOf(specs)) === i,
    )
    .filter((specs) => training.length >= lagOf(specs) + 2)
    .map((specs) => ({ specs, left: variance(applyTransforms(fitTransforms(specs, scaled), scaled)) }))
    .filter(({ left }) => left > roundingVariance(scaled))
    .sort((a, b) => a.left - b.left)
    .map(({ specs }): TransformSpec[] => [...scale, ...specs, "standardize"]);
  return candidates.find((specs) => worksOn(specs, training, all)) ?? [...scale, "standardize"];
}

/** Whether transforms that are fitted on the training part are defined on the whole series. */
function worksOn(specs: readonly TransformSpec[], training: Float64Array, all: Float64Array): boolean {
  try {
    return applyTransforms(fitTransforms(specs, training), all).every((value) => Number.isFinite(Math.fround(value)));
  } catch (error) {
    if (!(error instanceof TransformError)) throw error;
    return false;
  }
}

/** A variance that differences of equal values may leave: the square of 1e-12 of the largest magnitude. */
function roundingVariance(values: Float64Array): number {
  const { low, high } = range(values);
  const error = 1e-12 * Math.max(Math.abs(low), Math.abs(high));
  return error * error;
}

function range(values: Float64Array): { low: number; high: number } {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return { low, high };
}

function variance(values: Float64Array): number {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return values.reduce((sum, v) => sum + (v - mean) * (v - mean), 0) / values.length;
}
