import type { Frame } from "../frame/frame.js";
import { separateLabels } from "../layout/separate-labels.js";
import { pixels } from "../theme/pixels.js";

/** A horizontal line across the chart, at a y value. */
export interface Rule {
  readonly label: string;
  readonly value: number;
}

/**
 * Draws rules with their labels at the right edge, above the line where they fit.
 * @internal
 */
export function drawRules({ svg, y, left, right, top, bottom }: Frame, rules: readonly Rule[]): void {
  const fromTop = rules.map(({ label, value }) => ({ label, at: pixels(y(value)) })).sort((a, b) => a.at - b.at);
  const baselines = separateLabels(
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
