import { extent } from "d3-array";
import { scaleLinear, scaleLog } from "d3-scale";
import { drawXAxis } from "./frame.js";
import { pixels } from "./pixels.js";
import { type ChartOptions, MARGIN, sheet } from "./sheet.js";
import type { Svg } from "./svg.js";
import { textWidth, wrap } from "./text.js";
import { FONT, LINE } from "./theme.js";
import { logXTicks, xTicks, type YScale } from "./ticks.js";

/** A named number, drawn as a bar. */
export interface BarData {
  readonly label: string;
  readonly value: number;
  /** A heading over this bar and those after it that have the same. */
  readonly group?: string;
}

export interface BarChartOptions extends Omit<ChartOptions, "height" | "yLabel"> {
  /** The value at which bars begin, marked with a line: 0, or 1 on a logarithmic axis; smaller values have another color. */
  readonly from?: number;
  /** For ratios, and for values of many magnitudes. */
  readonly logarithmic?: boolean;
  /** How values are written at the bars' ends; three digits by default. */
  readonly format?: (value: number) => string;
}

interface Row {
  readonly bar: BarData;
  readonly lines: readonly string[];
  /** Pixels from the top of the plot. */
  readonly top: number;
  /** The heading above, where a group begins. */
  readonly heading: string | undefined;
}

/** A span below this is none: ticks between the smallest of numbers cannot be told apart. */
const LEAST = 1e-300;

const threeDigits = (value: number) => String(Number(value.toPrecision(3))).replace("-", "−");

/** Bars from left to right under each other, their names at the left and their values at the end. */
export function barChart(bars: readonly BarData[], options: BarChartOptions = {}): SVGSVGElement {
  const { logarithmic = false, from = logarithmic ? 1 : 0, format = threeDigits, ...chart } = options;
  const { title = "Comparison", width = 720 } = chart;
  if (bars.length === 0) throw new RangeError(`${title}: expected at least one bar, got none`);
  for (const { label, value } of [{ label: "from", value: from }, ...bars]) {
    const expected = logarithmic ? "a number above zero" : "a number";
    if (!(Number.isFinite(value) && (!logarithmic || value > 0)))
      throw new RangeError(`${label}: expected ${expected}, got ${value}`);
  }

  const { rows, left, height } = layRows(bars, width);
  const s = sheet(
    {
      xLabel: "value",
      description: `A bar chart of ${bars.length} values, ${bars.map(({ label, value, group }) => `${group ? `${group}, ` : ""}${label}: ${format(value)}`).join("; ")}.`,
      ...chart,
      title,
      yLabel: "",
    },
    height,
    [],
  );
  const numbers = Math.ceil(Math.max(...bars.map(({ value }) => textWidth(format(value), FONT)))) + 8;
  const right = width - MARGIN;
  const [low, high] = extent([from, ...bars.map(({ value }) => value)]) as [number, number];
  const x = (logarithmic ? scaleLog() : scaleLinear())
    .domain(high - low > LEAST ? [low, high] : [low, high > LEAST ? high * 2 : 1])
    .range([left, right - numbers]);

  drawXAxis(s.svg, x, logarithmic ? logXTicks(x) : xTicks(x, right - numbers - left), s.bottom, height);
  s.svg
    .append("line")
    .attr("class", "baseline")
    .attr("x1", pixels(x(from)))
    .attr("x2", pixels(x(from)))
    .attr("y1", s.top)
    .attr("y2", s.bottom);
  for (const row of rows) drawRow(s.svg, row, { x, from, left, top: s.top, format });
  return s.svg.node()!;
}

/** Rows under each other, as high as their names, which take at most 40 % of the width. */
function layRows(bars: readonly BarData[], width: number): { rows: Row[]; left: number; height: number } {
  const names = bars.map(({ label }) => wrap(label, width * 0.4, FONT));
  const left = Math.ceil(Math.max(...names.flat().map((line) => textWidth(line, FONT)))) + 10;
  let height = 4;
  const rows = bars.map((bar, i): Row => {
    const heading = bar.group !== bars[i - 1]?.group ? bar.group : undefined;
    if (heading) height += LINE + (i > 0 ? 12 : 4);
    const row = { bar, lines: names[i]!, top: height, heading };
    height += names[i]!.length * LINE + 5;
    return row;
  });
  return { rows, left, height: height + 4 };
}

interface Plot {
  readonly x: YScale;
  readonly from: number;
  readonly left: number;
  readonly top: number;
  readonly format: (value: number) => string;
}

function drawRow(svg: Svg, { bar, lines, top, heading }: Row, { x, from, left, top: plot, format }: Plot): void {
  const y = plot + top;
  const size = lines.length * LINE;
  const [start, end] = [x(Math.min(from, bar.value)), x(Math.max(from, bar.value))];
  if (heading)
    svg
      .append("text")
      .attr("class", "name heading")
      .attr("x", 0)
      .attr("y", y - 6)
      .text(heading);
  lines.forEach((line, i) => {
    svg
      .append("text")
      .attr("class", "label")
      .attr("x", left - 8)
      .attr("y", y + 13 + i * LINE)
      .attr("text-anchor", "end")
      .text(line);
  });
  svg
    .append("rect")
    .attr("class", bar.value < from ? "bar held-out" : "bar model")
    .attr("x", pixels(start))
    .attr("y", pixels(y + (size - LINE) / 2))
    .attr("width", pixels(end - start))
    .attr("height", LINE);
  svg
    .append("text")
    .attr("class", "name")
    .attr("x", pixels(end + 6))
    .attr("y", pixels(y + size / 2 + 4))
    .text(format(bar.value));
}
