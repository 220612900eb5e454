import type { LineData } from "./line-data.js";
import { type TimeChartOptions, timeChart } from "./time-chart.js";

/** Draws a series over time. */
export function seriesChart(series: LineData, options: TimeChartOptions = {}): SVGSVGElement {
  return timeChart([{ ...series, role: "actual", label: "series" }], options, "Series", "value");
}

/** Draws differences over time; each x is the later of the two times. */
export function differenceChart(differences: LineData, options: TimeChartOptions = {}): SVGSVGElement {
  return timeChart(
    [{ ...differences, role: "actual", label: "differences" }],
    options,
    "Differences",
    "change per step",
  );
}

/** A series and a model's predictions of it. */
export interface Approximation {
  readonly actual: LineData;
  readonly model: LineData;
}

/** Draws a series with its one-step predictions; `domain` zooms into a part. */
export function approximationChart({ actual, model }: Approximation, options: TimeChartOptions = {}): SVGSVGElement {
  return timeChart(
    [
      { ...actual, role: "actual", label: "actual" },
      { ...model, role: "model", label: "predicted one step ahead" },
    ],
    options,
    "Values and one-step predictions",
    "value",
  );
}
