import { pixels } from "../theme/pixels.js";
import { wrap } from "../theme/text.js";
import { FONT_SIZE, LINE_HEIGHT, STYLE } from "../theme/theme.js";
import type { ChartOptions, Labels } from "./chart-options.js";
import { drawLegend, type LegendEntry, layoutLegend } from "./legend.js";
import { createSvg, type Svg } from "./svg.js";

/**
 * An svg that contains all text around the plot, and where the plot area is.
 * @internal
 */
export interface ChartSvg {
  readonly svg: Svg;
  readonly width: number;
  /** Top and bottom edge of the plot area, in pixels. */
  readonly top: number;
  readonly bottom: number;
}

const TITLE_SIZE = 15;

/**
 * Pixels between the plot area and the right edge of the chart.
 * @internal
 */
export const RIGHT_MARGIN = 14;

/**
 * Creates an svg with title, description, legend, axis names and note around an empty plot area `height` pixels high.
 * @internal
 */
export function createChartSvg(
  options: ChartOptions & Labels,
  height: number,
  legend: readonly LegendEntry[],
): ChartSvg {
  const { title, description, xLabel, yLabel, note, width = 720 } = options;
  if (!(width >= 240)) throw new RangeError(`width: expected at least 240 pixels, got ${width}`);
  const svg = createSvg(options.document);

  const titleLines = wrap(title, width - 4, TITLE_SIZE, true);
  const titleHeight = titleLines.length * (LINE_HEIGHT + 3);
  const legendLayout = layoutLegend(legend, width);
  const legendHeight = legendLayout.rows > 0 ? legendLayout.rows * LINE_HEIGHT + 8 : 0;
  const noteLines = note ? wrap(note, width - 4, FONT_SIZE) : [];
  const noteHeight = noteLines.length > 0 ? noteLines.length * LINE_HEIGHT + 6 : 0;
  const top = titleHeight + legendHeight + (yLabel ? LINE_HEIGHT + 6 : 4);
  const bottom = top + height;
  const total = bottom + 24 + LINE_HEIGHT + noteHeight;

  const id = `sluice-${idPart(title)}-${width}`;
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

  const appendText = (className: string, x: number, y: number, text: string) =>
    svg.append("text").attr("class", className).attr("x", x).attr("y", y).text(text);
  for (const [i, line] of titleLines.entries()) appendText("title", 0, 15 + i * (LINE_HEIGHT + 3), line);
  drawLegend(svg, legendLayout, titleHeight + 14);
  if (yLabel) appendText("label", 0, top - 10, yLabel);
  appendText("label", width - RIGHT_MARGIN, bottom + 38, xLabel).attr("text-anchor", "end");
  for (const [i, line] of noteLines.entries())
    appendText("note", 0, bottom + 38 + LINE_HEIGHT + 4 + i * LINE_HEIGHT, line);
  return { svg, width, top, bottom };
}

/** Text reduced to the characters a–z, 0–9 and hyphens. */
function idPart(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
}
