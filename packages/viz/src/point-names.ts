import { textWidth } from "./text.js";
import { FONT } from "./theme.js";

/** In pixels. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

export interface NamedPlace extends Place {
  readonly name: string;
}

/** A name, and where its text is anchored. */
export interface PlacedName extends NamedPlace {
  readonly anchor: "start" | "middle" | "end";
}

export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Where a name may stand beside its point, the best first: pixels from the point to the middle of the text, or to its end. */
const SIDES = [
  ["start", 7, 0],
  ["end", -7, 0],
  ["middle", 0, -12],
  ["middle", 0, 12],
  ["start", 5, 10],
  ["end", -5, -10],
  ["end", -5, 10],
  ["start", 5, -10],
] as const;
/** Half of a line of text, and of a mark. */
const HALF_TEXT = 7;
const HALF_MARK = 3;

/** Names beside their points, where they cover neither each other nor a line; those that find no room are left out. The first choose first. */
export function placeNames(
  points: readonly NamedPlace[],
  lines: readonly (readonly Place[])[],
  within: Box,
): PlacedName[] {
  const taken = lines.flatMap(along).map(({ x, y }) => box(x - HALF_MARK, x + HALF_MARK, y, HALF_MARK));
  const placed: PlacedName[] = [];
  for (const { x, y, name } of points) {
    const width = textWidth(name, FONT);
    for (const [anchor, dx, dy] of SIDES) {
      const left = x + dx - (anchor === "start" ? 0 : anchor === "end" ? width : width / 2);
      const text = box(left, left + width, y + dy, HALF_TEXT);
      if (!contains(within, text) || taken.some((other) => overlap(other, text))) continue;
      taken.push(text);
      placed.push({ name, anchor, x: x + dx, y: y + dy + 4 });
      break;
    }
  }
  return placed;
}

/** Places on a line, at most 4 pixels apart. */
function along(line: readonly Place[]): Place[] {
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
