import { type Axis, type AxisScale, axisBottom, axisLeft } from "d3-axis";
import type { NumericScale, Ticks, XScale } from "../layout/ticks.js";
import type { Svg } from "./svg.js";

/**
 * Draws a y axis at `left`, with grid lines up to `right`; both in pixels.
 * @internal
 */
export function drawYAxis(svg: Svg, y: NumericScale, ticks: Ticks<number>, left: number, right: number): void {
  const axis = configure(axisLeft<number>(y), ticks)
    .tickSize(-(right - left))
    .tickPadding(6);
  draw(svg, "y", `translate(${left},0)`, axis);
}

/**
 * Draws an x axis at `bottom`, with grid lines `gridHeight` pixels high.
 * @internal
 */
export function drawXAxis(svg: Svg, x: XScale, ticks: Ticks<number | Date>, bottom: number, gridHeight = 0): void {
  const scale: AxisScale<number | Date> = x;
  const axis = configure(axisBottom(scale), ticks).tickSize(-gridHeight).tickPadding(9);
  draw(svg, "x", `translate(0,${bottom})`, axis);
}

function configure<Value extends number | Date>(axis: Axis<Value>, { values, format }: Ticks<Value>): Axis<Value> {
  return axis.tickValues(values).tickFormat(format);
}

/** d3-axis sets a font on the group; the charts' style sheet has its own. */
function draw<Value extends number | Date>(svg: Svg, name: "x" | "y", transform: string, axis: Axis<Value>): void {
  const group = svg.append("g").attr("class", `axis ${name}`).attr("transform", transform);
  group.call(axis).attr("font-size", null).attr("font-family", null);
}
