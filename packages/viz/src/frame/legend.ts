import { pixels } from "../theme/pixels.js";
import { textWidth } from "../theme/text.js";
import { FONT_SIZE, LINE_HEIGHT } from "../theme/theme.js";
import type { Svg } from "./svg.js";

/**
 * An entry of the legend: the shape and the class of its mark, and its text.
 * @internal
 */
export interface LegendEntry {
  readonly mark: "line" | "dot" | "band";
  readonly role: string;
  readonly label: string;
}

/**
 * Legend entries with their positions: x in pixels, and the row.
 * @internal
 */
export interface LegendLayout {
  readonly rows: number;
  readonly entries: readonly (LegendEntry & { readonly x: number; readonly row: number })[];
}

/**
 * Arranges entries in rows of at most `width` pixels.
 * @internal
 */
export function layoutLegend(legend: readonly LegendEntry[], width: number): LegendLayout {
  let x = 0;
  let row = 0;
  const entries = legend.map((entry) => {
    const size = 26 + textWidth(entry.label, FONT_SIZE) + 18;
    if (x > 0 && x + size > width) {
      x = 0;
      row++;
    }
    const placed = { ...entry, x, row };
    x += size;
    return placed;
  });
  return { rows: legend.length > 0 ? row + 1 : 0, entries };
}

/** @internal */
export function drawLegend(svg: Svg, { entries }: LegendLayout, top: number): void {
  const group = svg.append("g").attr("class", "legend").attr("aria-hidden", "true");
  for (const { mark, role, label, x, row } of entries) {
    const y = top + row * LINE_HEIGHT;
    if (mark === "dot")
      group
        .append("circle")
        .attr("class", `dot ${role}`)
        .attr("cx", pixels(x + 10))
        .attr("cy", y)
        .attr("r", 3.5);
    else if (mark === "band") {
      group
        .append("rect")
        .attr("class", `band ${role}`)
        .attr("x", pixels(x))
        .attr("y", y - 5)
        .attr("width", 20)
        .attr("height", 10);
    } else {
      group
        .append("line")
        .attr("class", `line ${role}`)
        .attr("x1", pixels(x))
        .attr("x2", pixels(x + 20))
        .attr("y1", y)
        .attr("y2", y);
    }
    group
      .append("text")
      .attr("x", pixels(x + 26))
      .attr("y", y + 4)
      .text(label);
  }
}
