import { extent } from "d3-array";
import { area, line } from "d3-shape";
import { decimate, type Point } from "./decimate.js";
import { type Frame, frame } from "./frame.js";
import type { Key } from "./legend.js";
import { pixels } from "./pixels.js";
import { placeNames } from "./point-names.js";
import type { ChartOptions, Labels } from "./sheet.js";
import { stack } from "./stack.js";
import type { Role } from "./theme.js";

/** Positions on the x axis: numbers, or dates in UTC. */
export type Positions = ArrayLike<number> | readonly Date[];

/** A line: y[i] belongs to x[i]; NaN breaks it. */
export interface LineData {
  readonly x: Positions;
  readonly y: ArrayLike<number>;
}

export interface LineMark extends LineData {
  readonly role: Role;
  readonly label: string;
  /** Names of its points, drawn where there is room, those of its ends first. */
  readonly names?: readonly string[];
  /** Points, for values that are few, lines, or both. */
  readonly mark?: "line" | "dot" | "line and dots";
}

/** A range around a line: y between `low` and `high`. */
export interface BandMark {
  readonly x: Positions;
  readonly low: ArrayLike<number>;
  readonly high: ArrayLike<number>;
  readonly label: string;
}

/** A level drawn across the chart. */
export interface Rule {
  readonly label: string;
  readonly value: number;
}

export interface LineChartSpec {
  readonly lines: readonly LineMark[];
  readonly bands?: readonly BandMark[];
  readonly rules?: readonly Rule[];
  /** From where on the background is shaded, and what that part is called. */
  readonly shade?: { readonly from: number | Date; readonly label: string };
  /** The part of the x axis that is shown: from ≤ x < to. */
  readonly domain?: readonly [number | Date, number | Date];
  readonly logarithmic?: boolean;
  /** Whether x, being numbers above zero, has a logarithmic axis, too. */
  readonly logarithmicX?: boolean;
}

const isDates = (x: Positions): x is readonly Date[] => x.length > 0 && x[0] instanceof Date;

function pointsOf({ x, y }: LineData, [from, to]: readonly [number, number], label: string): Point[] {
  if (x.length !== y.length)
    throw new RangeError(`${label}: expected as many x as y, got ${x.length} and ${y.length}`);
  const points: Point[] = [];
  for (let i = 0; i < x.length; i++) {
    const at = Number(x[i]);
    if (at >= from && at < to) points.push({ x: at, y: Number.isFinite(y[i]) ? y[i]! : Number.NaN });
  }
  return points;
}

/** The chart that all others are made of: lines, bands, rules over one pair of axes. */
export function lineChart(spec: LineChartSpec, options: ChartOptions & Labels): SVGSVGElement {
  const { lines, bands = [], rules = [], shade, logarithmic = false, logarithmicX = false } = spec;
  const domain = (spec.domain ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]).map(Number) as [
    number,
    number,
  ];
  const drawn = lines.map((mark) => ({ ...mark, points: pointsOf(mark, domain, mark.label) }));
  const ribbons = bands.map(({ x, low, high, label }) => ({
    label,
    low: pointsOf({ x, y: low }, domain, label),
    high: pointsOf({ x, y: high }, domain, label),
  }));
  const all = [...drawn.flatMap(({ points }) => points), ...ribbons.flatMap(({ low, high }) => [...low, ...high])];
  const values = [...all.map(({ y }) => y), ...rules.map(({ value }) => value)].filter(
    (y) => !Number.isNaN(y) && (!logarithmic || y > 0),
  );
  if (values.length === 0) throw new RangeError(`${options.title}: expected at least one value to draw, got none`);

  const keys: Key[] = [
    ...drawn.map(({ role, label, mark }): Key => ({ role, label, mark: mark === "dot" ? "dot" : "line" })),
    ...ribbons.map(({ label }): Key => ({ role: "model", label, mark: "band" })),
  ];
  const f = frame({
    options,
    x: extent(all, ({ x }) => x) as [number, number],
    xAxis: lines.some(({ x }) => isDates(x)) ? "dates" : logarithmicX ? "logarithmic" : "linear",
    y: extent(values) as [number, number],
    yAxis: logarithmic ? "logarithmic" : "linear",
    keys: keys.length > 1 ? keys : [],
  });
  if (shade) drawShade(f, Number(shade.from));
  for (const { low, high } of ribbons) drawBand(f, low, high);
  for (const { points, role, mark = "line" } of drawn) {
    if (mark !== "dot") drawLine(f, points, role);
    if (mark !== "line") drawDots(f, points, role);
  }
  drawNames(f, drawn);
  drawRules(f, rules);
  if (shade) nameShade(f, Number(shade.from), shade.label);
  return f.svg.node()!;
}

function drawLine({ svg, x, y, left, right }: Frame, points: readonly Point[], role: string): void {
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

function drawDots({ svg, x, y }: Frame, points: readonly Point[], role: string): void {
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

/** Names of points, in the chart's small text. */
function drawNames(f: Frame, lines: readonly (LineMark & { readonly points: readonly Point[] })[]): void {
  if (!lines.some(({ names }) => names)) return;
  const places = lines.map(({ points }) => points.map((p) => ({ x: f.x(p.x), y: f.y(p.y) })));
  const named = lines.flatMap(({ names }, l) =>
    places[l]!.flatMap((place, i, { length }) =>
      names?.[i] ? [{ ...place, name: names[i], end: i === 0 || i === length - 1 }] : [],
    ),
  );
  const order = [...named.filter(({ end }) => end), ...named.filter(({ end }) => !end)];
  for (const { name, x, y, anchor } of placeNames(order, places, f))
    f.svg
      .append("text")
      .attr("class", "name")
      .attr("x", pixels(x))
      .attr("y", pixels(y))
      .attr("text-anchor", anchor)
      .text(name);
}

function drawBand({ svg, x, y }: Frame, low: readonly Point[], high: readonly Point[]): void {
  const shape = area<Point>()
    .x((p) => pixels(x(p.x)))
    .y0((_, i) => pixels(y(low[i]!.y)))
    .y1((p) => pixels(y(p.y)))
    .digits(2);
  svg
    .append("path")
    .attr("class", "band")
    .attr("d", shape(high) ?? "");
}

/** Rules with their names at the right, above their lines where there is room. */
function drawRules({ svg, y, left, right, top, bottom }: Frame, rules: readonly Rule[]): void {
  const fromTop = rules.map(({ label, value }) => ({ label, at: pixels(y(value)) })).sort((a, b) => a.at - b.at);
  const baselines = stack(
    fromTop.map(({ at }) => at - 4),
    16,
    top + 10,
    bottom - 4,
  );
  fromTop.forEach(({ label, at }, i) => {
    svg
      .append("line")
      .attr("class", "line reference")
      .attr("x1", left)
      .attr("x2", right)
      .attr("y1", at)
      .attr("y2", at);
    svg
      .append("text")
      .attr("class", "name")
      .attr("x", right)
      .attr("y", pixels(baselines[i]!))
      .attr("text-anchor", "end")
      .text(label);
  });
}

function drawShade({ svg, x, top, bottom, right }: Frame, from: number): void {
  const at = pixels(x(from));
  if (at >= right) return;
  svg
    .insert("rect", ".axis")
    .attr("class", "shade")
    .attr("x", at)
    .attr("y", top)
    .attr("width", pixels(right - at))
    .attr("height", bottom - top);
}

/** The name of the shaded part, over the lines, where there is room for it. */
function nameShade({ svg, x, top, right }: Frame, from: number, label: string): void {
  const at = pixels(x(from));
  if (right - at <= 60) return;
  svg
    .append("text")
    .attr("class", "name")
    .attr("x", at + 5)
    .attr("y", top + 14)
    .text(label);
}
