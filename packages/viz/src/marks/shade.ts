import type { Frame } from "../frame/frame.js";
import { pixels } from "../theme/pixels.js";

/**
 * Shades the background from x = `from` to the right edge, below axes and marks.
 * @internal
 */
export function drawShade({ svg, x, top, bottom, right }: Frame, from: number): void {
  const left = pixels(x(from));
  if (left >= right) return;
  svg
    .insert("rect", ".axis")
    .attr("class", "shade")
    .attr("x", left)
    .attr("y", top)
    .attr("width", pixels(right - left))
    .attr("height", bottom - top);
}

/**
 * Labels the shaded part, above all marks, where it is wide enough.
 * @internal
 */
export function drawShadeLabel({ svg, x, top, right }: Frame, from: number, label: string): void {
  const left = pixels(x(from));
  if (right - left <= 60) return;
  svg
    .append("text")
    .attr("class", "name")
    .attr("x", left + 5)
    .attr("y", top + 14)
    .text(label);
}
