import { pixels } from "./pixels.js";
import type { Svg } from "./svg.js";
import { textWidth } from "./text.js";
import { FONT, LINE } from "./theme.js";

/** An entry of the legend: the classes of its mark, and its name. */
export interface Key {
  readonly mark: "line" | "dot" | "band";
  readonly role: string;
  readonly label: string;
}

/** Entries in rows, as many beside each other as fit. */
export interface Legend {
  readonly rows: number;
  readonly entries: readonly (Key & { readonly x: number; readonly row: number })[];
}

export function layLegend(keys: readonly Key[], width: number): Legend {
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

export function drawLegend(svg: Svg, { entries }: Legend, top: number): void {
  const group = svg.append("g").attr("class", "legend").attr("aria-hidden", "true");
  for (const { mark, role, label, x, row } of entries) {
    const y = top + row * LINE;
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
