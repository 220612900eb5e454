import type { ChartOptions } from "../frame/chart-options.js";
import { type LineChartSpec, type LineMark, lineChart } from "./line-chart.js";
import { isDates, type LineData } from "./line-data.js";

/** Options of a chart over time. */
export interface TimeChartOptions extends ChartOptions {
  /** The visible part of the x axis: from ≤ x < to. */
  readonly domain?: readonly [number | Date, number | Date];
  /** Where the held-out part begins; it is shaded. */
  readonly heldOutFrom?: number | Date;
}

/**
 * Draws lines over a time axis. The first line determines whether x is a date.
 * @internal
 */
export function timeChart(
  marks: readonly [LineMark, ...LineMark[]],
  options: TimeChartOptions,
  title: string,
  yLabel: string,
  bands: LineChartSpec["bands"] = [],
): SVGSVGElement {
  const { domain, heldOutFrom, ...chart } = options;
  const [first] = marks;
  const labels = marks.map(({ label }) => label).join(" and ");
  const spec: LineChartSpec = {
    lines: marks,
    bands,
    ...(domain && { domain }),
    ...(heldOutFrom !== undefined && { shade: { from: heldOutFrom, label: "held out" } }),
  };
  return lineChart(spec, {
    xLabel: isDates(first.x) ? "time" : "t (steps)",
    yLabel,
    title,
    description: `A line chart of ${labels} ${describeRange(first, domain)}.`,
    ...chart,
  });
}

/**
 * The range of x values in words.
 * @internal
 */
export function describeRange({ x }: LineData, domain?: readonly [number | Date, number | Date]): string {
  if (domain) return `from ${textOf(domain[0])} to before ${textOf(domain[1])}`;
  return x.length > 0 ? `from ${textOf(x[0]!)} to ${textOf(x[x.length - 1]!)}` : "without values";
}

const textOf = (x: number | Date) => (x instanceof Date ? x.toISOString().slice(0, 10) : String(x));
