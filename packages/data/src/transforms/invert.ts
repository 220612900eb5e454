import { applyOne, type FittedTransform, invertValue, lagOf } from "./transforms.js";

/** The values at each stage of a chain, each laid so that index i is position i of the original values. */
function stages(
  fitted: readonly FittedTransform[],
  values: Float64Array,
): { at: (position: number) => number; stage: Float64Array }[] {
  const result: { at: (position: number) => number; stage: Float64Array }[] = [];
  let current = values;
  let lag = 0;
  for (const transform of fitted) {
    const [stage, first] = [current, lag];
    result.push({ stage, at: (position) => stage[position - first]! });
    current = applyOne(transform, current);
    lag += lagOf([transform]);
  }
  return result;
}

/**
 * Predictions one step ahead, back in the values' own units. transformed[i] predicts position first + i from the actual values
 * before it: with a difference of 1, the level is the predicted difference plus the actual level one step before.
 * @throws RangeError where a prediction lies before the chain's lag, or past the step after the last value.
 */
export function invertOneStep(
  fitted: readonly FittedTransform[],
  transformed: Float64Array,
  values: Float64Array,
  first: number,
): Float64Array {
  const lag = lagOf(fitted);
  if (first < lag || first + transformed.length > values.length + 1) {
    throw new RangeError(
      `one-step predictions: expected positions within ${lag} … ${values.length}, got ${first} … ${first + transformed.length - 1}`,
    );
  }
  const before = stages(fitted, values);
  return transformed.map((y, i) => {
    const position = first + i;
    return fitted.reduceRight(
      (value, transform, s) => invertValue(transform, value, (k) => before[s]!.at(position - k)),
      y,
    );
  });
}

/**
 * A forecast, back in the values' own units: it goes on after the end of `history`, each step from the forecasts before it.
 * @throws RangeError where the history is shorter than the chain's lag.
 */
export function invertForecast(
  fitted: readonly FittedTransform[],
  transformed: Float64Array,
  history: Float64Array,
): Float64Array {
  const lag = lagOf(fitted);
  if (history.length < lag)
    throw new RangeError(`forecast: expected a history of at least ${lag} values, got ${history.length}`);
  // each stage continues by the values that inverting the later stages gives
  const tails = stages(fitted, history).map(({ stage }) => [...stage.slice(Math.max(0, stage.length - lag))]);
  return transformed.map((y) =>
    fitted.reduceRight((value, transform, s) => {
      const tail = tails[s]!;
      const inverted = invertValue(transform, value, (k) => tail[tail.length - k]!);
      tail.push(inverted);
      return inverted;
    }, y),
  );
}
