import { applyTransforms, fitTransforms, lagOf, type TransformSpec } from "@sluice/data";

/**
 * Chooses transforms from the training part of a series:
 * `log` if all values are positive and the largest is at least twice the smallest, since the variance of such series
 * usually grows with their level; then the differences (none, first, seasonal or both) that leave the smallest variance,
 * a rule of thumb for the order of an ARIMA model; and `standardize` last.
 */
export function chooseTransforms(training: Float64Array, season: number): TransformSpec[] {
  const low = training.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const high = training.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const scale: TransformSpec[] = low > 0 && high >= 2 * low ? ["log"] : [];
  const seasonal: TransformSpec[] = season > 1 && training.length >= 3 * season ? [{ difference: season }] : [];

  let best = scale;
  let least = Number.POSITIVE_INFINITY;
  for (const differences of [[], [{ difference: 1 }], seasonal, [...seasonal, { difference: 1 }]]) {
    const specs = [...scale, ...differences];
    if (training.length <= lagOf(specs)) continue;
    const left = variance(applyTransforms(fitTransforms(specs, training), training));
    if (!(left < least)) continue;
    best = specs;
    least = left;
  }
  return [...best, "standardize"];
}

function variance(values: Float64Array): number {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return values.reduce((sum, v) => sum + (v - mean) * (v - mean), 0) / values.length;
}
