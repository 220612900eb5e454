import { applyTransforms, type FittedTransform, invertForecast } from "@sluice/data";
import type { Gru } from "@sluice/model";

/**
 * `horizon` values after the end of `history`: each step runs the last `lookback` transformed values from a zero state, as
 * in training, and appends its output to them.
 *
 * @param history at least lookback + lag rows, in the units of the series
 */
export function forecastRecursively(
  gru: Gru,
  fitted: readonly FittedTransform[],
  history: Float64Array,
  { lookback, horizon }: { readonly lookback: number; readonly horizon: number },
): Float64Array {
  const window = Array.from(applyTransforms(fitted, history)).slice(-lookback);
  const outputs = new Float64Array(horizon);
  for (let step = 0; step < horizon; step++) {
    const stream = gru.stream();
    let output = 0;
    for (const value of window) output = stream.step([value])[0]!;
    outputs[step] = output;
    window.shift();
    window.push(output);
  }
  return invertForecast(fitted, outputs, history);
}
