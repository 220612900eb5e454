import { axisBottom, axisLeft } from "d3-axis";
import { scaleLinear, scaleLog, scaleUtc } from "d3-scale";
import type { Key } from "./legend.js";
import { type ChartOptions, type Labels, MARGIN, sheet } from "./sheet.js";
import type { Svg } from "./svg.js";
import { textWidth } from "./text.js";
import { FONT } from "./theme.js";
import { logXTicks, type Ticks, type XScale, xTicks, type YScale, yTicks } from "./ticks.js";

/** What an axis counts: numbers, or on the x axis milliseconds of UTC dates. */
export type Axis = "linear" | "logarithmic" | "dates";

export interface FrameSpec {
  readonly options: ChartOptions & Labels;
  readonly x: readonly [number, number];
  readonly xAxis: Axis;
  readonly y: readonly [number, number];
  readonly yAxis: Exclude<Axis, "dates">;
  readonly keys: readonly Key[];
}

export interface Frame {
  readonly svg: Svg;
  readonly x: XScale;
  readonly y: YScale;
  readonly width: number;
  /** Pixels of the plot's edges. */
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** An empty svg with title, description, legend and axes, and the scales to draw on. */
export function frame({ options, x: xDomain, xAxis, y: yDomain, yAxis, keys }: FrameSpec): Frame {
  const height = options.height ?? Math.min(360, Math.max(220, Math.round((options.width ?? 720) / 2)));
  const { svg, width, top, bottom } = sheet(options, height, keys);
  const logarithmic = yAxis === "logarithmic";
  const y = (logarithmic ? scaleLog() : scaleLinear()).domain(spread(yDomain, logarithmic)).range([bottom, top]);
  const onY = yTicks(y, height, logarithmic);
  const left = Math.ceil(Math.max(...onY.values.map((tick) => textWidth(onY.format(tick), FONT)), 20)) + 10;
  const right = width - MARGIN;

  const [domain, range] = [wide(xDomain, xAxis), [left, right]];
  const x: XScale =
    xAxis === "dates"
      ? scaleUtc().domain(domain).range(range)
      : (xAxis === "logarithmic" ? scaleLog() : scaleLinear()).domain(domain).range(range);
  drawYAxis(svg, y, onY, left, right);
  drawXAxis(svg, x, xAxis === "logarithmic" ? logXTicks(x as YScale) : xTicks(x, right - left), bottom);
  svg
    .append("line")
    .attr("class", "baseline")
    .attr("x1", left)
    .attr("x2", right)
    .attr("y1", bottom)
    .attr("y2", bottom);
  return { svg, x, y, width, left, right, top, bottom };
}

function drawYAxis(svg: Svg, y: YScale, { values, format }: Ticks<number>, left: number, right: number): void {
  const axis = axisLeft<number>(y as never)
    .tickValues(values)
    .tickFormat(format)
    .tickSize(-(right - left))
    .tickPadding(6);
  const group = svg.append("g").attr("class", "axis y").attr("transform", `translate(${left},0)`);
  group.call(axis as never);
  group.attr("font-size", null).attr("font-family", null);
}

/** An axis under the plot; `tickSize` pixels go up from it. */
export function drawXAxis(
  svg: Svg,
  x: XScale,
  { values, format }: Ticks<number | Date>,
  bottom: number,
  tickSize = 0,
): void {
  const axis = axisBottom<number>(x as never)
    .tickValues(values as never)
    .tickFormat(format as never)
    .tickSize(-tickSize)
    .tickPadding(9);
  const group = svg.append("g").attr("class", "axis x").attr("transform", `translate(0,${bottom})`);
  group.call(axis as never);
  group.attr("font-size", null).attr("font-family", null);
}

/** A domain with room above and below: nothing is drawn on the edge, and the name of the highest rule has its place. */
function spread([low, high]: readonly [number, number], logarithmic: boolean): [number, number] {
  if (logarithmic) return [low / 1.05, high * Math.max(1.05, (high / low) ** 0.08)];
  const room = high - low > 1e-300 ? (high - low) * 0.04 : Math.abs(low) > 1e-9 ? Math.abs(low) * 0.1 : 1;
  return [low - room, high + room];
}

function wide([low, high]: readonly [number, number], axis: Axis): [number, number] {
  if (high > low) return [low, high];
  return axis === "logarithmic" ? [low / 2, high * 2] : [low - 1, high + 1];
}
