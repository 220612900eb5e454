/**
 * The KPSS statistic for the hypothesis that a series is stationary around a constant level
 * (Kwiatkowski, Phillips, Schmidt, Shin 1992): Σ Sᵢ² / (n² s²), with Sᵢ the partial sums of the deviations from the
 * mean and s² the long-run variance with Bartlett weights over ⌊4 (n/100)^¼⌋ lags. Above `KPSS_5_PERCENT` the level wanders.
 */
export function kpss(values: Float64Array): number {
  const n = values.length;
  let mean = 0;
  for (const v of values) mean += v;
  mean /= n;

  const lags = Math.floor(4 * Math.sqrt(Math.sqrt(n / 100)));
  let variance = 0;
  for (let lag = 0; lag <= lags; lag++) {
    let sum = 0;
    for (let i = lag; i < n; i++) sum += (values[i]! - mean) * (values[i - lag]! - mean);
    variance += lag === 0 ? sum : 2 * (1 - lag / (lags + 1)) * sum;
  }

  let partial = 0;
  let squares = 0;
  for (const v of values) {
    partial += v - mean;
    squares += partial * partial;
  }
  return variance > 0 ? squares / (n * variance) : 0;
}

/** The statistic's 5 % point under stationarity (table 1 of the paper). */
export const KPSS_5_PERCENT = 0.463;
