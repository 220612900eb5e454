import { extent, max } from "d3-array";
import { scaleLinear, scaleLog } from "d3-scale";
import { drawXAxis } from "../frame/axes.js";
import type { ChartOptions } from "../frame/chart-options.js";
import { createChartSvg, RIGHT_MARGIN } from "../frame/chart-svg.js";
import type { Svg } from "../frame/svg.js";
import { logXTicks, type NumericScale, xTicks } from "../layout/ticks.js";
import { pixels } from "../theme/pixels.js";
import { textWidth, wrap } from "../theme/text.js";
import { FONT_SIZE, LINE_HEIGHT } from "../theme/theme.js";

/** A value with a label, drawn as a bar. */
export interface BarData {
  readonly label: string;
  readonly value: number;
  /** A heading above this bar and the following ones of the same group. */
  readonly group?: string;
}

export interface BarChartOptions extends Omit<ChartOptions, "height" | "yLabel"> {
  /**
   * The value where bars start, marked with a line: 0 by default, or 1 on a logarithmic axis. Bars of smaller values
   * extend to the left and have another color.
   */
  readonly from?: number;
  /** Uses a logarithmic axis, for ratios and for values of different orders of magnitude. */
  readonly logarithmic?: boolean;
  /** Formats the value at the end of a bar; three significant digits by default. */
  readonly format?: (value: number) => string;
}

interface Row {
  readonly bar: BarData;
  readonly labelLines: readonly string[];
  /** Pixels from the top of the plot area. */
  readonly top: number;
  /** The heading above the row, if it is the first of its group. */
  readonly heading: string | undefined;
}

/** Domains narrower than this get no ticks between their ends: subnormal numbers cannot be told apart. */
const MIN_SPAN = 1e-300;

const threeDigits = (value: number) => String(Number(value.toPrecision(3))).replace("-", "−");

/** Draws horizontal bars one below the other, with labels on the left and values at the end. */
export function barChart(bars: readonly BarData[], options: BarChartOptions = {}): SVGSVGElement {
  const { logarithmic = false, from = logarithmic ? 1 : 0, format = threeDigits, ...chart } = options;
  const { title = "Comparison", width = 720 } = chart;
  if (bars.length === 0) throw new RangeError(`${title}: expected at least one bar, got none`);
  for (const { label, value } of [{ label: "from", value: from }, ...bars]) {
    const expected = logarithmic ? "a number above zero" : "a number";
    if (!(Number.isFinite(value) && (!logarithmic || value > 0)))
      throw new RangeError(`${label}: expected ${expected}, got ${value}`);
  }

  const { rows, left, height } = layoutRows(bars, width);
  const described = bars.map(({ label, value, group }) => `${group ? `${group}, ` : ""}${label}: ${format(value)}`);
  const description = `A bar chart of ${bars.length} values, ${described.join("; ")}.`;
  const area = createChartSvg({ xLabel: "value", description, ...chart, title, yLabel: "" }, height, []);
  const valueWidth = Math.ceil(max(bars, ({ value }) => textWidth(format(value), FONT_SIZE))!) + 8;
  const right = width - RIGHT_MARGIN;
  const [low, high] = extent([from, ...bars.map(({ value }) => value)]) as [number, number];
  const x = (logarithmic ? scaleLog() : scaleLinear())
    .domain(high - low > MIN_SPAN ? [low, high] : [low, high > MIN_SPAN ? high * 2 : 1])
    .range([left, right - valueWidth]);

  const ticks = logarithmic ? logXTicks(x) : xTicks(x, right - valueWidth - left);
  drawXAxis(area.svg, x, ticks, area.bottom, height);
  area.svg
    .append("line")
    .attr("class", "baseline")
    .attr("x1", pixels(x(from)))
    .attr("x2", pixels(x(from)))
    .attr("y1", area.top)
    .attr("y2", area.bottom);
  for (const row of rows) drawRow(area.svg, row, { x, from, left, top: area.top, format });
  return area.svg.node()!;
}

/** Rows one below the other, as high as their labels, which take at most 40 % of the width. */
function layoutRows(bars: readonly BarData[], width: number): { rows: Row[]; left: number; height: number } {
  const labels = bars.map(({ label }) => wrap(label, width * 0.4, FONT_SIZE));
  const left = Math.ceil(max(labels.flat(), (line) => textWidth(line, FONT_SIZE))!) + 10;
  let height = 4;
  const rows = bars.map((bar, i): Row => {
    const heading = bar.group !== bars[i - 1]?.group ? bar.group : undefined;
    if (heading) height += LINE_HEIGHT + (i > 0 ? 12 : 4);
    const row = { bar, labelLines: labels[i]!, top: height, heading };
    height += labels[i]!.length * LINE_HEIGHT + 5;
    return row;
  });
  return { rows, left, height: height + 4 };
}

interface PlotArea {
  readonly x: NumericScale;
  readonly from: number;
  readonly left: number;
  readonly top: number;
  readonly format: (value: number) => string;
}

function drawRow(svg: Svg, { bar, labelLines, top, heading }: Row, plot: PlotArea): void {
  const { x, from, left, format } = plot;
  const y = plot.top + top;
  const height = labelLines.length * LINE_HEIGHT;
  const [start, end] = [x(Math.min(from, bar.value)), x(Math.max(from, bar.value))];
  if (heading)
    svg
      .append("text")
      .attr("class", "name heading")
      .attr("x", 0)
      .attr("y", y - 6)
      .text(heading);
  labelLines.forEach((line, i) => {
    svg
      .append("text")
      .attr("class", "label")
      .attr("x", left - 8)
      .attr("y", y + 13 + i * LINE_HEIGHT)
      .attr("text-anchor", "end")
      .text(line);
  });
  svg
    .append("rect")
    .attr("class", bar.value < from ? "bar held-out" : "bar model")
    .attr("x", pixels(start))
    .attr("y", pixels(y + (height - LINE_HEIGHT) / 2))
    .attr("width", pixels(end - start))
    .attr("height", LINE_HEIGHT);
  svg
    .append("text")
    .attr("class", "name")
    .attr("x", pixels(end + 6))
    .attr("y", pixels(y + height / 2 + 4))
    .text(format(bar.value));
}
