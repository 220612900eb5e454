import { applyTransforms, fitTransforms, type TransformSpec } from "@sluice/data";
import { KPSS_5_PERCENT, kpss } from "./stationarity.js";

/**
 * Transforms for a series that nobody has described, from its training part:
 * `log` where all values are positive and the largest is twice the smallest or more (such series swing in proportion to
 * their level); a seasonal difference where a season is known and three of them are there; a difference where the level
 * still wanders (KPSS); and `standardize` last.
 */
export function chooseTransforms(training: Float64Array, season: number): TransformSpec[] {
  const specs: TransformSpec[] = [];
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const v of training) {
    low = Math.min(low, v);
    high = Math.max(high, v);
  }
  if (low > 0 && high >= 2 * low) specs.push("log");
  if (season > 1 && training.length >= 3 * season) specs.push({ difference: season });
  const level = applyTransforms(fitTransforms(specs, training), training);
  if (kpss(level) > KPSS_5_PERCENT) specs.push({ difference: 1 });
  return [...specs, "standardize"];
}
