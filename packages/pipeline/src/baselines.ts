/** The methods that a network must beat to be worth its training. */
export type BaselineName = "naive" | "drift" | "seasonal-naive";

/**
 * One-step predictions of the values from `first` on, each from the values before it:
 * `naive` repeats the last, `drift` goes on along the line from the first value to the last, `seasonal-naive` repeats the
 * value one season earlier. Null for a seasonal method without a season, or without a season of values before `first`.
 */
export function baseline(
  name: BaselineName,
  values: Float64Array,
  first: number,
  season: number,
): Float64Array | null {
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

export const BASELINES: readonly BaselineName[] = ["naive", "drift", "seasonal-naive"];
