import { expectInteger } from "@sluice/kernel-wasm/checks";
import type { Column } from "../series/series.js";

/** Earlier values as features: column k holds at row t the value at t − lags[k], NaN where there is none. */
export function lagFeatures({ name, values }: Column, lags: readonly number[]): Column[] {
  return lags.map((lag) => {
    expectInteger("lag", lag, 1);
    return { name: `${name}_lag_${lag}`, values: values.map((_, t) => (t < lag ? Number.NaN : values[t - lag]!)) };
  });
}

/**
 * The mean of the `window` values before each row, without the row's own: NaN where there are fewer, or where one is missing.
 * Each window is summed anew from its oldest value, so that no rounding is carried along.
 */
export function rollingMean({ name, values }: Column, window: number): Column {
  expectInteger("window", window, 1);
  const means = values.map((_, t) => {
    if (t < window) return Number.NaN;
    let sum = 0;
    for (let i = t - window; i < t; i++) sum += values[i]!;
    return sum / window;
  });
  return { name: `${name}_mean_${window}`, values: means };
}
