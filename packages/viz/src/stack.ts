/**
 * Moves labels apart: the places nearest to the wanted ones, at least `gap` from each other and within low … high where
 * they fit. `wanted` ascends.
 */
export function stack(wanted: readonly number[], gap: number, low: number, high: number): number[] {
  const places: number[] = [];
  for (const at of wanted) places.push(Math.max(at, places.length > 0 ? places.at(-1)! + gap : low));
  // back from the end, where the last were pushed past it
  let limit = high;
  for (let i = places.length - 1; i >= 0; i--) {
    places[i] = Math.min(places[i]!, limit);
    limit = places[i]! - gap;
  }
  return places;
}
