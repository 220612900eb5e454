/** One-step errors, in the units of the series (`mse` in their square). */
export interface Metrics {
  readonly mse: number;
  readonly rmse: number;
  readonly mae: number;
  /** Mean absolute scaled error: `mae` divided by the naive method's on the training part; null if that is 0. */
  readonly mase: number | null;
  /** The number of predictions in the means. */
  readonly count: number;
}

/**
 * The errors of `predicted[i]` for `actual[i]`, over all i where both are numbers; null if there are none.
 * @param scale the naive method's mean absolute error on the training part, see `naiveScale`
 */
export function metricsOf(actual: Float64Array, predicted: Float64Array, scale: number): Metrics | null {
  let squares = 0;
  let sizes = 0;
  let count = 0;
  for (let i = 0; i < actual.length; i++) {
    const error = predicted[i]! - actual[i]!;
    if (Number.isNaN(error)) continue;
    squares += error * error;
    sizes += Math.abs(error);
    count++;
  }
  if (count === 0) return null;
  const mse = squares / count;
  const mae = sizes / count;
  return { mse, rmse: Math.sqrt(mse), mae, mase: scale > 0 ? mae / scale : null, count };
}

/**
 * The mean |value − value one season earlier| over the training part, by which MASE is scaled
 * (Hyndman & Koehler 2006). `season` 1 compares neighbors. 0 if no pair is known.
 */
export function naiveScale(training: Float64Array, season: number): number {
  let sum = 0;
  let count = 0;
  for (let i = season; i < training.length; i++) {
    const change = Math.abs(training[i]! - training[i - season]!);
    if (Number.isNaN(change)) continue;
    sum += change;
    count++;
  }
  return count > 0 ? sum / count : 0;
}
