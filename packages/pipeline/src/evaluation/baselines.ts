import { expectOneOf } from "@sluice/kernel-wasm/checks";

/** Simple methods that a network should outperform. */
export const BASELINES = ["naive", "drift", "seasonal-naive"] as const;
export type BaselineName = (typeof BASELINES)[number];

/**
 * One-step predictions of the values from `first` on, each from the values before it:
 * `naive` repeats the last value, `drift` extrapolates the line from the first value to the last, `seasonal-naive` repeats
 * the value one season earlier. Null for the seasonal method without a season, or without a whole season before `first`.
 */
export function baseline(
  name: BaselineName,
  values: Float64Array,
  first: number,
  season: number,
): Float64Array | null {
  expectOneOf("baseline", name, BASELINES);
  if (name === "seasonal-naive" && (season < 2 || first < season)) return null;
  const predicted = new Float64Array(values.length - first);
  for (let i = 0; i < predicted.length; i++) {
    const t = first + i;
    const last = values[t - 1]!;
    // t − 1 steps lie between the first value and the last
    const slope = t > 1 ? (last - values[0]!) / (t - 1) : 0;
    if (name === "naive") predicted[i] = last;
    else if (name === "drift") predicted[i] = last + slope;
    else predicted[i] = values[t - season]!;
  }
  return predicted;
}
