import { drawLegend, type Key, layLegend } from "./legend.js";
import { pixels } from "./pixels.js";
import { newSvg, type Svg } from "./svg.js";
import { wrap } from "./text.js";
import { FONT, LINE, STYLE } from "./theme.js";

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

export type Labels = Required<Pick<ChartOptions, "title" | "description" | "xLabel" | "yLabel">>;

/** An svg with its words, and the place that they leave for the plot. */
export interface Sheet {
  readonly svg: Svg;
  readonly width: number;
  /** Pixels of the plot's upper and lower edge. */
  readonly top: number;
  readonly bottom: number;
}

const TITLE = 15;

/** Title, description, legend, names of the axes and note, around a plot of `height` pixels. */
export function sheet(options: ChartOptions & Labels, height: number, keys: readonly Key[]): Sheet {
  const { title, description, xLabel, yLabel, note, width = 720 } = options;
  if (!(width >= 240)) throw new RangeError(`width: expected at least 240 pixels, got ${width}`);
  const svg = newSvg(options.document);

  const titleLines = wrap(title, width - 4, TITLE, true);
  const legend = layLegend(keys, width);
  const noteLines = note ? wrap(note, width - 4, FONT) : [];
  const top =
    titleLines.length * (LINE + 3) + (legend.rows > 0 ? legend.rows * LINE + 8 : 0) + (yLabel ? LINE + 6 : 4);
  const bottom = top + height;
  const total = bottom + 24 + LINE + (noteLines.length > 0 ? noteLines.length * LINE + 6 : 0);

  const id = `sluice-${slug(title)}-${width}`;
  svg
    .attr("class", "sluice-chart")
    .attr("viewBox", `0 0 ${width} ${pixels(total)}`)
    .attr("width", width)
    .attr("height", pixels(total))
    .attr("role", "img")
    .attr("aria-labelledby", `${id}-title ${id}-description`);
  svg.append("title").attr("id", `${id}-title`).text(title);
  svg
    .append("desc")
    .attr("id", `${id}-description`)
    .text(note ? `${description} ${note}` : description);
  svg.append("style").text(STYLE);

  const words = (name: string, x: number, y: number, text: string) =>
    svg.append("text").attr("class", name).attr("x", x).attr("y", y).text(text);
  for (const [i, line] of titleLines.entries()) words("title", 0, 15 + i * (LINE + 3), line);
  drawLegend(svg, legend, titleLines.length * (LINE + 3) + 14);
  if (yLabel) words("label", 0, top - 10, yLabel);
  words("label", width - MARGIN, bottom + 38, xLabel).attr("text-anchor", "end");
  for (const [i, line] of noteLines.entries()) words("note", 0, bottom + 38 + LINE + 4 + i * LINE, line);
  return { svg, width, top, bottom };
}

/** Pixels between the plot and the right edge. */
export const MARGIN = 14;

/** A name that can stand in an id. */
function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
}
