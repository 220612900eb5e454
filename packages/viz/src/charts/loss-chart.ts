import type { ChartOptions } from "../frame/chart-options.js";
import type { Rule } from "../marks/rules.js";
import { type LineMark, lineChart } from "./line-chart.js";
import type { LineData } from "./line-data.js";

/** Losses by epoch, with horizontal lines to compare them with. */
export interface LossData {
  /** The training loss of epochs 1, 2, … */
  readonly training: ArrayLike<number>;
  /** The loss on held-out data; x is the epoch, counted from 1. */
  readonly heldOut?: LineData;
  readonly rules?: readonly Rule[];
}

/** Draws training and held-out loss by epoch; the y axis is logarithmic by default. */
export function lossChart(
  { training, heldOut, rules = [] }: LossData,
  options: ChartOptions & { readonly logarithmic?: boolean } = {},
): SVGSVGElement {
  const { logarithmic = true, ...chart } = options;
  const epochs = Float64Array.from({ length: training.length }, (_, i) => i + 1);
  const lines: LineMark[] = [{ x: epochs, y: training, role: "model", label: "training" }];
  if (heldOut) lines.push({ ...heldOut, role: "held-out", label: "held out" });
  const last = training[training.length - 1];
  return lineChart(
    { lines, rules, logarithmic },
    {
      title: "Loss",
      xLabel: "epoch",
      yLabel: "mean squared error",
      description: `Training${heldOut ? " and held-out" : ""} loss over ${training.length} epochs; the last training loss is ${last?.toPrecision(4)}.`,
      ...chart,
    },
  );
}
