import { axisBottom, axisLeft } from "d3-axis";
import { type ScaleContinuousNumeric, type ScaleTime, scaleLinear, scaleLog, scaleUtc } from "d3-scale";
import { type Selection, select } from "d3-selection";
import { textWidth, wrap } from "./text.js";
import { STYLE } from "./theme.js";

/** What every chart takes. */
export interface ChartOptions {
  /** Pixels; 720 by default, at least 240. */
  readonly width?: number;
  /** Pixels; by default half the width, between 220 and 360. */
  readonly height?: number;
  readonly title?: string;
  /** For those who do not see the chart; by default made from the data. */
  readonly description?: string;
  /** The x axis' name, with its unit. */
  readonly xLabel?: string;
  /** The y axis' name, with its unit. */
  readonly yLabel?: string;
  /** A line of small text under the chart. */
  readonly note?: string;
  /** Whose elements to make; the page's by default. In Node, a server-side one such as linkedom's. */
  readonly document?: Document;
}

export type Svg = Selection<SVGSVGElement, undefined, null, undefined>;
export type XScale = ScaleContinuousNumeric<number, number> | ScaleTime<number, number>;
export type YScale = ScaleContinuousNumeric<number, number>;

/** An entry of the legend: the classes of its mark, and its name. */
export interface Key {
  readonly mark: "line" | "dot" | "band";
  readonly role: string;
  readonly label: string;
}

export interface FrameSpec {
  readonly options: Required<Pick<ChartOptions, "title" | "description" | "xLabel" | "yLabel">> & ChartOptions;
  readonly x: readonly [number, number];
  /** Whether x counts milliseconds of UTC dates. */
  readonly dates: boolean;
  readonly y: readonly [number, number];
  readonly logarithmic?: boolean;
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

const FONT = 12;
const TITLE = 15;
const LINE = 17;

const round = (n: number) => Math.round(n * 100) / 100;

/** An empty svg with title, description, legend and axes, and the scales to draw on. */
export function frame({ options, x: xDomain, dates, y: yDomain, logarithmic = false, keys }: FrameSpec): Frame {
  const { title, description, xLabel, yLabel, note, width = 720 } = options;
  if (!(width >= 240)) throw new RangeError(`width: expected at least 240 pixels, got ${width}`);
  const height = options.height ?? Math.min(360, Math.max(220, Math.round(width / 2)));
  const document = documentOf(options);

  const titleLines = wrap(title, width - 4, TITLE, true);
  const legend = layLegend(keys, width);
  const noteLines = note ? wrap(note, width - 4, FONT) : [];
  const head = titleLines.length * (LINE + 3) + (legend.rows > 0 ? legend.rows * LINE + 8 : 0) + LINE + 6;
  const foot = 24 + LINE + noteLines.length * LINE + (noteLines.length > 0 ? 6 : 0);
  const total = head + height + foot;
  const top = head;
  const bottom = head + height;

  const y = (logarithmic ? scaleLog() : scaleLinear()).domain(spread(yDomain, logarithmic)).range([bottom, top]);
  const yTicks = logarithmic ? logTicks(y) : y.ticks(Math.max(3, Math.round(height / 55)));
  const format = logarithmic ? plainNumber : y.tickFormat(Math.max(3, Math.round(height / 55)));
  const left = Math.ceil(Math.max(...yTicks.map((tick) => textWidth(format(tick), FONT)), 20)) + 10;
  const right = width - 14;
  const x: XScale = dates
    ? scaleUtc().domain(wide(xDomain)).range([left, right])
    : scaleLinear().domain(wide(xDomain)).range([left, right]);

  const root = select(document.createElementNS("http://www.w3.org/2000/svg", "svg")) as unknown as Svg;
  const id = `sluice-${slug(title)}-${width}`;
  root
    .attr("class", "sluice-chart")
    .attr("viewBox", `0 0 ${width} ${round(total)}`)
    .attr("width", width)
    .attr("height", round(total))
    .attr("role", "img")
    .attr("aria-labelledby", `${id}-title ${id}-description`);
  root.append("title").attr("id", `${id}-title`).text(title);
  root
    .append("desc")
    .attr("id", `${id}-description`)
    .text(note ? `${description} ${note}` : description);
  root.append("style").text(STYLE);

  titleLines.forEach((line, i) => {
    root
      .append("text")
      .attr("class", "title")
      .attr("x", 0)
      .attr("y", 15 + i * (LINE + 3))
      .text(line);
  });
  drawLegend(root, legend, titleLines.length * (LINE + 3) + 14);
  root
    .append("text")
    .attr("class", "label")
    .attr("x", 0)
    .attr("y", top - 10)
    .text(yLabel);
  root
    .append("text")
    .attr("class", "label")
    .attr("x", right)
    .attr("y", bottom + 38)
    .attr("text-anchor", "end")
    .text(xLabel);
  noteLines.forEach((line, i) => {
    root
      .append("text")
      .attr("class", "note")
      .attr("x", 0)
      .attr("y", bottom + 38 + LINE + 4 + i * LINE)
      .text(line);
  });

  const yAxis = axisLeft<number>(y as never)
    .tickValues(yTicks)
    .tickFormat(format)
    .tickSize(-(right - left))
    .tickPadding(6);
  root
    .append("g")
    .attr("class", "axis y")
    .attr("transform", `translate(${left},0)`)
    .call(yAxis as never);
  const xTicks = xTickValues(x, right - left);
  const xAxis = axisBottom<number>(x as never)
    .tickValues(xTicks.values as never)
    .tickFormat(xTicks.format as never)
    .tickSize(0)
    .tickPadding(9);
  root
    .append("g")
    .attr("class", "axis x")
    .attr("transform", `translate(0,${bottom})`)
    .call(xAxis as never);
  root
    .append("line")
    .attr("class", "baseline")
    .attr("x1", left)
    .attr("x2", right)
    .attr("y1", bottom)
    .attr("y2", bottom);
  root.selectAll<SVGGElement, unknown>(".axis").attr("font-size", null).attr("font-family", null);
  return { svg: root, x, y, width, left, right, top, bottom };
}

function documentOf({ document }: ChartOptions): Document {
  const found = document ?? globalThis.document;
  if (!found)
    throw new TypeError(
      "document: expected one to draw with, as this is no page; pass { document }, from linkedom for instance",
    );
  return found;
}

/** A domain with room above and below: nothing is drawn on the edge, and the name of the highest rule has its place. */
function spread([low, high]: readonly [number, number], logarithmic: boolean): [number, number] {
  if (logarithmic) return [low / 1.05, high * Math.max(1.05, (high / low) ** 0.08)];
  const room = high - low > 1e-300 ? (high - low) * 0.04 : Math.abs(low) > 1e-9 ? Math.abs(low) * 0.1 : 1;
  return [low - room, high + room];
}

const wide = ([low, high]: readonly [number, number]): [number, number] =>
  high > low ? [low, high] : [low - 1, high + 1];

function plainNumber(n: number): string {
  return String(Number(n.toPrecision(3)));
}

/** Ticks of a logarithmic axis, at least 24 pixels apart; over more than a decade 1, 2 and 5 times powers of ten alone. */
function logTicks(y: YScale): number[] {
  const [low, high] = y.domain() as [number, number];
  const leading = (n: number) => Number(n.toExponential()[0]);
  const candidates = y.ticks(10).filter((tick) => high / low < 10 || [1, 2, 5].includes(leading(tick)));
  const kept: number[] = [];
  for (const tick of candidates) if (kept.length === 0 || y(kept.at(-1)!) - y(tick) >= 24) kept.push(tick);
  return kept;
}

/** Ticks whose labels have room beside each other. */
function xTickValues(
  x: XScale,
  width: number,
): { values: (number | Date)[]; format: (tick: number | Date) => string } {
  for (let count = Math.max(2, Math.round(width / 70)); ; count--) {
    const values = x.ticks(count) as (number | Date)[];
    const format = x.tickFormat(count) as (tick: number | Date) => string;
    const edges = values.map((tick) => ({ at: x(tick as number), half: textWidth(format(tick), FONT) / 2 }));
    const apart = edges.every((e, i) => i === 0 || e.at - e.half - (edges[i - 1]!.at + edges[i - 1]!.half) >= 10);
    if (apart || count <= 2) {
      const [from, to] = x.range() as [number, number];
      const inside = values.filter(
        (_, i) => edges[i]!.at - edges[i]!.half >= from - 40 && edges[i]!.at + edges[i]!.half <= to + 14,
      );
      return { values: inside, format };
    }
  }
}

interface Legend {
  readonly rows: number;
  readonly entries: readonly (Key & { readonly x: number; readonly row: number })[];
}

function layLegend(keys: readonly Key[], width: number): Legend {
  let x = 0;
  let row = 0;
  const entries = keys.map((key) => {
    const size = 26 + textWidth(key.label, FONT) + 18;
    if (x > 0 && x + size > width) {
      x = 0;
      row++;
    }
    const entry = { ...key, x, row };
    x += size;
    return entry;
  });
  return { rows: keys.length > 0 ? row + 1 : 0, entries };
}

function drawLegend(svg: Svg, { entries }: Legend, top: number): void {
  const group = svg.append("g").attr("class", "legend").attr("aria-hidden", "true");
  for (const { mark, role, label, x, row } of entries) {
    const y = top + row * LINE;
    if (mark === "dot")
      group
        .append("circle")
        .attr("class", `dot ${role}`)
        .attr("cx", round(x + 10))
        .attr("cy", y)
        .attr("r", 3.5);
    else if (mark === "band") {
      group
        .append("rect")
        .attr("class", `band ${role}`)
        .attr("x", round(x))
        .attr("y", y - 5)
        .attr("width", 20)
        .attr("height", 10);
    } else {
      group
        .append("line")
        .attr("class", `line ${role}`)
        .attr("x1", round(x))
        .attr("x2", round(x + 20))
        .attr("y1", y)
        .attr("y2", y);
    }
    group
      .append("text")
      .attr("x", round(x + 26))
      .attr("y", y + 4)
      .text(label);
  }
}

/** A name that can stand in an id. */
function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
}
