import { extent } from "d3-array";
import type { ChartOptions, Labels } from "../frame/chart-options.js";
import { createFrame } from "../frame/frame.js";
import type { LegendEntry } from "../frame/legend.js";
import type { Point } from "../layout/decimate.js";
import { drawBand, drawDots, drawLine } from "../marks/lines.js";
import { drawPointNames } from "../marks/point-names.js";
import { drawRules, type Rule } from "../marks/rules.js";
import { drawShade, drawShadeLabel } from "../marks/shade.js";
import type { Role } from "../theme/theme.js";
import { isDates, type LineData, type Positions } from "./line-data.js";

/** @internal */
export interface LineMark extends LineData {
  readonly role: Role;
  readonly label: string;
  /** Names of the points, drawn where they fit; those of first and last points take precedence. */
  readonly names?: readonly string[];
  /** "line" by default; "dot" suits a few values. */
  readonly mark?: "line" | "dot" | "line and dots";
}

/**
 * An area between the lines `low` and `high`.
 * @internal
 */
export interface BandMark {
  readonly x: Positions;
  readonly low: ArrayLike<number>;
  readonly high: ArrayLike<number>;
  readonly label: string;
}

/** @internal */
export interface LineChartSpec {
  readonly lines: readonly LineMark[];
  readonly bands?: readonly BandMark[];
  readonly rules?: readonly Rule[];
  /** Shades the background from an x value on, with a label. */
  readonly shade?: { readonly from: number | Date; readonly label: string };
  /** The visible part of the x axis: from ≤ x < to. */
  readonly domain?: readonly [number | Date, number | Date];
  readonly logarithmic?: boolean;
  /** Whether the x axis is logarithmic as well; all x are then above zero. */
  readonly logarithmicX?: boolean;
}

/**
 * Draws lines, bands and rules over one pair of axes; all charts except the bar chart use it.
 * @internal
 */
export function lineChart(spec: LineChartSpec, options: ChartOptions & Labels): SVGSVGElement {
  const { bands = [], rules = [], shade, domain, logarithmic = false, logarithmicX = false } = spec;
  const visible = [
    Number(domain?.[0] ?? Number.NEGATIVE_INFINITY),
    Number(domain?.[1] ?? Number.POSITIVE_INFINITY),
  ] as const;
  const lines = spec.lines.map((mark) => ({ ...mark, points: pointsOf(mark, visible, mark.label) }));
  const areas = bands.map(({ x, low, high, label }) => ({
    label,
    low: pointsOf({ x, y: low }, visible, label),
    high: pointsOf({ x, y: high }, visible, label),
  }));
  const points = [...lines.flatMap((line) => line.points), ...areas.flatMap(({ low, high }) => [...low, ...high])];
  const values = [...points.map(({ y }) => y), ...rules.map(({ value }) => value)].filter(
    (y) => !Number.isNaN(y) && (!logarithmic || y > 0),
  );
  if (values.length === 0) throw new RangeError(`${options.title}: expected at least one value to draw, got none`);

  const legend: LegendEntry[] = [
    ...lines.map(({ role, label, mark }): LegendEntry => ({ role, label, mark: mark === "dot" ? "dot" : "line" })),
    ...areas.map(({ label }): LegendEntry => ({ role: "model", label, mark: "band" })),
  ];
  const frame = createFrame({
    options,
    xDomain: extent(points, ({ x }) => x) as [number, number],
    xAxis: lines.some(({ x }) => isDates(x)) ? "dates" : logarithmicX ? "logarithmic" : "linear",
    yDomain: extent(values) as [number, number],
    yAxis: logarithmic ? "logarithmic" : "linear",
    legend: legend.length > 1 ? legend : [],
  });
  if (shade) drawShade(frame, Number(shade.from));
  for (const { low, high } of areas) drawBand(frame, low, high);
  for (const { points, role, mark = "line" } of lines) {
    if (mark !== "dot") drawLine(frame, points, role);
    if (mark !== "line") drawDots(frame, points, role);
  }
  drawPointNames(frame, lines);
  drawRules(frame, rules);
  if (shade) drawShadeLabel(frame, Number(shade.from), shade.label);
  return frame.svg.node()!;
}

/** The points of a line with from ≤ x < to. */
function pointsOf({ x, y }: LineData, [from, to]: readonly [number, number], label: string): Point[] {
  if (x.length !== y.length)
    throw new RangeError(`${label}: expected as many x as y values, got ${x.length} and ${y.length}`);
  const points: Point[] = [];
  for (let i = 0; i < x.length; i++) {
    const at = Number(x[i]);
    if (at >= from && at < to) points.push({ x: at, y: Number.isFinite(y[i]) ? y[i]! : Number.NaN });
  }
  return points;
}
