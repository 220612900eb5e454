import type { Frame } from "../frame/frame.js";
import type { Point } from "../layout/decimate.js";
import { placeNames } from "../layout/place-names.js";
import { pixels } from "../theme/pixels.js";

/**
 * Draws the names of the lines' points; those of first and last points take precedence.
 * @internal
 */
export function drawPointNames(
  frame: Frame,
  lines: readonly { readonly points: readonly Point[]; readonly names?: readonly string[] }[],
): void {
  if (!lines.some(({ names }) => names)) return;
  const positions = lines.map(({ points }) => points.map((p) => ({ x: frame.x(p.x), y: frame.y(p.y) })));
  const named = lines.flatMap(({ names }, l) =>
    positions[l]!.flatMap((position, i, { length }) =>
      names?.[i] ? [{ ...position, name: names[i], isEnd: i === 0 || i === length - 1 }] : [],
    ),
  );
  const order = [...named.filter(({ isEnd }) => isEnd), ...named.filter(({ isEnd }) => !isEnd)];
  for (const { name, x, y, anchor } of placeNames(order, positions, frame))
    frame.svg
      .append("text")
      .attr("class", "name")
      .attr("x", pixels(x))
      .attr("y", pixels(y))
      .attr("text-anchor", anchor)
      .text(name);
}
