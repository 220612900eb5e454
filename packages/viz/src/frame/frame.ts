import { scaleLinear, scaleLog, scaleUtc } from "d3-scale";
import { logXTicks, type NumericScale, type XScale, xTicks, yTicks } from "../layout/ticks.js";
import { textWidth } from "../theme/text.js";
import { FONT_SIZE } from "../theme/theme.js";
import { drawXAxis, drawYAxis } from "./axes.js";
import type { ChartOptions, Labels } from "./chart-options.js";
import { createChartSvg, RIGHT_MARGIN } from "./chart-svg.js";
import type { LegendEntry } from "./legend.js";
import type { Svg } from "./svg.js";

/**
 * The kind of an axis. A "dates" axis shows milliseconds since 1970 as UTC dates.
 * @internal
 */
export type AxisKind = "linear" | "logarithmic" | "dates";

/** @internal */
export interface FrameSpec {
  readonly options: ChartOptions & Labels;
  readonly xDomain: readonly [number, number];
  readonly xAxis: AxisKind;
  readonly yDomain: readonly [number, number];
  readonly yAxis: Exclude<AxisKind, "dates">;
  readonly legend: readonly LegendEntry[];
}

/**
 * A chart with axes and an empty plot area, and the scales to draw in it.
 * @internal
 */
export interface Frame {
  readonly svg: Svg;
  readonly x: XScale;
  readonly y: NumericScale;
  readonly width: number;
  /** Edges of the plot area, in pixels. */
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** @internal */
export function createFrame({ options, xDomain, xAxis, yDomain, yAxis, legend }: FrameSpec): Frame {
  const height = options.height ?? Math.min(360, Math.max(220, Math.round((options.width ?? 720) / 2)));
  const { svg, width, top, bottom } = createChartSvg(options, height, legend);
  const logarithmic = yAxis === "logarithmic";
  const y = (logarithmic ? scaleLog() : scaleLinear()).domain(padded(yDomain, logarithmic)).range([bottom, top]);
  const ticks = yTicks(y, height, logarithmic);
  const labelWidths = ticks.values.map((tick) => textWidth(ticks.format(tick), FONT_SIZE));
  const left = Math.ceil(labelWidths.reduce((most, width) => Math.max(most, width), 20)) + 10;
  const right = width - RIGHT_MARGIN;
  drawYAxis(svg, y, ticks, left, right);

  const x = drawnXScale(svg, xAxis, nonEmpty(xDomain, xAxis), [left, right], bottom);
  svg
    .append("line")
    .attr("class", "baseline")
    .attr("x1", left)
    .attr("x2", right)
    .attr("y1", bottom)
    .attr("y2", bottom);
  return { svg, x, y, width, left, right, top, bottom };
}

/** Draws the x axis and returns its scale. */
function drawnXScale(svg: Svg, kind: AxisKind, domain: [number, number], range: [number, number], bottom: number) {
  if (kind === "logarithmic") {
    const x = scaleLog().domain(domain).range(range);
    drawXAxis(svg, x, logXTicks(x), bottom);
    return x;
  }
  const x: XScale =
    kind === "dates" ? scaleUtc().domain(domain).range(range) : scaleLinear().domain(domain).range(range);
  drawXAxis(svg, x, xTicks(x, range[1] - range[0]), bottom);
  return x;
}

/** A domain with a margin on both sides: nothing is drawn on the edge, and the label of the highest rule fits. */
function padded([low, high]: readonly [number, number], logarithmic: boolean): [number, number] {
  if (logarithmic) return [low / 1.05, high * Math.max(1.05, (high / low) ** 0.08)];
  const margin = high - low > 1e-300 ? (high - low) * 0.04 : Math.abs(low) > 1e-9 ? Math.abs(low) * 0.1 : 1;
  return [low - margin, high + margin];
}

/** The domain, widened where it is a single value. */
function nonEmpty([low, high]: readonly [number, number], axis: AxisKind): [number, number] {
  if (high > low) return [low, high];
  return axis === "logarithmic" ? [low / 2, high * 2] : [low - 1, high + 1];
}
