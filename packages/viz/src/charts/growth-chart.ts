import type { ChartOptions } from "../frame/chart-options.js";
import { type LineMark, lineChart } from "./line-chart.js";
import type { LineData } from "./line-data.js";

/** A measured quantity y at sizes x, both above zero. */
export interface GrowthData extends LineData {
  readonly label: string;
  /** Names of the points, drawn where they fit; those of first and last points take precedence. */
  readonly names?: readonly string[];
}

export interface GrowthChartOptions extends ChartOptions {
  /** Bounds to compare the measurements with, drawn as lines without dots. */
  readonly guides?: readonly GrowthData[];
}

/** The roles of the lines in order; there are no more lines than roles that can be told apart. */
const ROLES = ["model", "held-out", "actual"] as const;

/** Draws quantities by size on two logarithmic axes: a power law is a straight line, its slope the exponent. */
export function growthChart(growths: readonly GrowthData[], options: GrowthChartOptions = {}): SVGSVGElement {
  const { guides = [], ...chart } = options;
  if (growths.length > ROLES.length)
    throw new RangeError(`growthChart: expected at most ${ROLES.length} lines, got ${growths.length}`);
  for (const growth of [...guides, ...growths]) expectPositive(growth);
  const lines = [
    ...guides.map((guide): LineMark => ({ ...guide, role: "reference" })),
    ...growths.map((growth, i): LineMark => ({ ...growth, role: ROLES[i]!, mark: "line and dots" })),
  ];
  return lineChart(
    { lines, logarithmic: true, logarithmicX: true },
    {
      title: "Growth",
      xLabel: "size",
      yLabel: "cost",
      description: `A line chart on logarithmic axes of ${lines.map(({ label }) => label).join(" and ")}.`,
      ...chart,
    },
  );
}

function expectPositive({ label, x, y }: GrowthData): void {
  for (const [axis, numbers] of Object.entries({ x, y })) {
    const wrong = Array.from(numbers as ArrayLike<number>).find((n) => n <= 0);
    if (wrong !== undefined) throw new RangeError(`${label}, ${axis}: expected numbers above zero, got ${wrong}`);
  }
}
