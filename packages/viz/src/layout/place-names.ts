import { textWidth } from "../theme/text.js";
import { FONT_SIZE } from "../theme/theme.js";

/**
 * A position in the chart, in pixels.
 * @internal
 */
export interface Position {
  readonly x: number;
  readonly y: number;
}

/** @internal */
export interface NamedPosition extends Position {
  readonly name: string;
}

/**
 * A name with the position and the alignment of its text.
 * @internal
 */
export interface PlacedName extends NamedPosition {
  readonly anchor: "start" | "middle" | "end";
}

/** @internal */
export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Where a name can be placed relative to its point, in order of preference: text anchor, and its offset in pixels. */
const PLACEMENTS = [
  ["start", 7, 0],
  ["end", -7, 0],
  ["middle", 0, -12],
  ["middle", 0, 12],
  ["start", 5, 10],
  ["end", -5, -10],
  ["end", -5, 10],
  ["start", 5, -10],
] as const;
/** Half the height of a line of text and of a dot, in pixels. */
const HALF_TEXT = 7;
const HALF_MARK = 3;

/**
 * Places the names of points where they overlap neither each other nor a line. A name without such a place is omitted;
 * earlier points take precedence.
 * @internal
 */
export function placeNames(
  points: readonly NamedPosition[],
  lines: readonly (readonly Position[])[],
  bounds: Box,
): PlacedName[] {
  const occupied = lines.flatMap(sampleLine).map(({ x, y }) => box(x - HALF_MARK, x + HALF_MARK, y, HALF_MARK));
  const placed: PlacedName[] = [];
  for (const { x, y, name } of points) {
    const width = textWidth(name, FONT_SIZE);
    for (const [anchor, dx, dy] of PLACEMENTS) {
      const left = x + dx - (anchor === "start" ? 0 : anchor === "end" ? width : width / 2);
      const text = box(left, left + width, y + dy, HALF_TEXT);
      if (!contains(bounds, text) || occupied.some((other) => overlap(other, text))) continue;
      occupied.push(text);
      placed.push({ name, anchor, x: x + dx, y: y + dy + 4 });
      break;
    }
  }
  return placed;
}

/** Positions along a line, at most 4 pixels apart. */
function sampleLine(line: readonly Position[]): Position[] {
  return line.flatMap((to, i) => {
    const from = line[i - 1] ?? to;
    const steps = Math.max(1, Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) / 4));
    return Array.from({ length: steps }, (_, step) => {
      const part = (step + 1) / steps;
      return { x: from.x + part * (to.x - from.x), y: from.y + part * (to.y - from.y) };
    });
  });
}

const box = (left: number, right: number, middle: number, half: number): Box => ({
  left,
  right,
  top: middle - half,
  bottom: middle + half,
});
const contains = (outer: Box, inner: Box) =>
  inner.left >= outer.left && inner.right <= outer.right && inner.top >= outer.top && inner.bottom <= outer.bottom;
const overlap = (a: Box, b: Box) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
