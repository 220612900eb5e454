/**
 * Moves labels apart: returns positions near the wanted ones, at least `gap` apart and within `low` … `high` as far as
 * they fit. `wanted` is ascending.
 * @internal
 */
export function separateLabels(wanted: readonly number[], gap: number, low: number, high: number): number[] {
  const positions: number[] = [];
  for (const at of wanted) positions.push(Math.max(at, positions.length > 0 ? positions.at(-1)! + gap : low));
  // then from the end, for labels that were pushed beyond `high`
  let limit = high;
  for (let i = positions.length - 1; i >= 0; i--) {
    positions[i] = Math.min(positions[i]!, limit);
    limit = positions[i]! - gap;
  }
  return positions;
}
