/** Parts of a line of which the extremes are kept: several for each pixel of a chart. */
const PARTS = 4096;

/**
 * The rows of a long line that a chart can show: of each of 4096 equal parts the first, the lowest, the highest, the last and one
 * missing value. Undefined for a line that is short enough.
 */
export function thinRows(values: Float64Array): Uint32Array | undefined {
  if (values.length <= 5 * PARTS) return undefined;
  const kept: number[] = [];
  for (let part = 0; part < PARTS; part++) {
    const from = Math.floor((part * values.length) / PARTS);
    const to = Math.floor(((part + 1) * values.length) / PARTS);
    let low = from;
    let high = from;
    let gap = from;
    for (let row = from; row < to; row++) {
      const value = values[row]!;
      if (Number.isNaN(value)) gap = row;
      if (!(values[low]! <= value)) low = row;
      if (!(values[high]! >= value)) high = row;
    }
    for (const row of [...new Set([from, low, high, gap, to - 1])].sort((a, b) => a - b)) kept.push(row);
  }
  return Uint32Array.from(kept);
}
