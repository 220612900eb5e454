/** The quantile p, 0 … 1, of values without gaps: linear between the order statistics (Hyndman and Fan's type 7). */
export function quantile(values: Float64Array, p: number): number {
  const sorted = values.slice().sort();
  const at = (sorted.length - 1) * p;
  const below = Math.floor(at);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (high - low) * (at - below);
}
