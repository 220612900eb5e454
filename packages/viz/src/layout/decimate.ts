/**
 * A point of a line; y is NaN where the line is interrupted.
 * @internal
 */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * Reduces a line to what a plot `columns` pixels wide can show: for each of `columns` equal parts of the x range, the
 * first, lowest, highest and last point and one gap. The reduced line covers the same pixels as the full one.
 * @internal
 */
export function decimate(points: readonly Point[], columns: number): readonly Point[] {
  if (points.length <= columns * 4) return points;
  const first = points[0]!.x;
  const width = (points.at(-1)!.x - first) / columns || 1;
  const kept: Point[] = [];
  for (let from = 0; from < points.length; ) {
    const column = Math.floor((points[from]!.x - first) / width);
    let to = from;
    let low = from;
    let high = from;
    let gap = -1;
    while (to < points.length && Math.floor((points[to]!.x - first) / width) === column) {
      if (Number.isNaN(points[to]!.y)) gap = to;
      else {
        if (!(points[low]!.y <= points[to]!.y)) low = to;
        if (!(points[high]!.y >= points[to]!.y)) high = to;
      }
      to++;
    }
    const indices = [...new Set([from, low, high, ...(gap < 0 ? [] : [gap]), to - 1])].sort((a, b) => a - b);
    for (const i of indices) kept.push(points[i]!);
    from = to;
  }
  return kept;
}
