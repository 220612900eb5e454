import { area, line } from "d3-shape";
import type { Frame } from "../frame/frame.js";
import { decimate, type Point } from "../layout/decimate.js";
import { pixels } from "../theme/pixels.js";
import type { Role } from "../theme/theme.js";

/** @internal */
export function drawLine({ svg, x, y, left, right }: Frame, points: readonly Point[], role: Role): void {
  const kept = decimate(points, Math.ceil(right - left));
  const path = line<Point>()
    .defined((p) => Number.isFinite(y(p.y)))
    .x((p) => pixels(x(p.x)))
    .y((p) => pixels(y(p.y)))
    .digits(2);
  svg
    .append("path")
    .attr("class", `line ${role}`)
    .attr("d", path(kept) ?? "");
}

/** @internal */
export function drawDots({ svg, x, y }: Frame, points: readonly Point[], role: Role): void {
  const group = svg.append("g");
  for (const p of points) {
    if (Number.isNaN(p.y)) continue;
    group
      .append("circle")
      .attr("class", `dot ${role}`)
      .attr("cx", pixels(x(p.x)))
      .attr("cy", pixels(y(p.y)))
      .attr("r", 2.5);
  }
}

/**
 * Draws the area between two lines with the same x values.
 * @internal
 */
export function drawBand({ svg, x, y }: Frame, low: readonly Point[], high: readonly Point[]): void {
  const path = area<Point>()
    .x((p) => pixels(x(p.x)))
    .y0((_, i) => pixels(y(low[i]!.y)))
    .y1((p) => pixels(y(p.y)))
    .digits(2);
  svg
    .append("path")
    .attr("class", "band")
    .attr("d", path(high) ?? "");
}
