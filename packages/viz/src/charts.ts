import { type LineChartSpec, type LineData, type LineMark, lineChart, type Positions, type Rule } from "./lines.js";
import type { ChartOptions } from "./sheet.js";

/** Options of a chart over time. */
export interface TimeChartOptions extends ChartOptions {
  /** The part of the x axis that is shown: from ≤ x < to. */
  readonly domain?: readonly [number | Date, number | Date];
  /** Where the held-out part begins: shaded from there on. */
  readonly heldOutFrom?: number | Date;
}

const isDates = (x: Positions) => x.length > 0 && x[0] instanceof Date;
const show = (x: number | Date) => (x instanceof Date ? x.toISOString().slice(0, 10) : String(x));

function span({ x }: LineData, domain?: readonly [number | Date, number | Date]): string {
  if (domain) return `from ${show(domain[0])} to before ${show(domain[1])}`;
  return x.length > 0 ? `from ${show(x[0]!)} to ${show(x[x.length - 1]!)}` : "without values";
}

function timeChart(
  marks: readonly LineMark[],
  options: TimeChartOptions,
  title: string,
  yLabel: string,
  rest: Partial<LineChartSpec> = {},
): SVGSVGElement {
  const { domain, heldOutFrom, ...chart } = options;
  const [first] = marks as [LineMark];
  const names = marks.map(({ label }) => label).join(" and ");
  const spec: LineChartSpec = {
    lines: marks,
    ...rest,
    ...(domain && { domain }),
    ...(heldOutFrom !== undefined && { shade: { from: heldOutFrom, label: "held out" } }),
  };
  return lineChart(spec, {
    xLabel: isDates(first.x) ? "time" : "t (steps)",
    yLabel,
    title,
    description: `A line chart of ${names} ${span(first, domain)}.`,
    ...chart,
  });
}

/** A series over time. */
export function seriesChart(series: LineData, options: TimeChartOptions = {}): SVGSVGElement {
  return timeChart([{ ...series, role: "actual", label: "series" }], options, "Series", "value");
}

/** Differences over time; each at the later of its two times. */
export function differenceChart(differences: LineData, options: TimeChartOptions = {}): SVGSVGElement {
  return timeChart(
    [{ ...differences, role: "actual", label: "differences" }],
    options,
    "Differences",
    "change per step",
  );
}

/** What a series is, and what a model made of it. */
export interface Approximation {
  readonly actual: LineData;
  readonly model: LineData;
}

/** Values with the model's predictions of them, each at its own time; a zoom, with `domain`. */
export function approximationChart({ actual, model }: Approximation, options: TimeChartOptions = {}): SVGSVGElement {
  const marks: LineMark[] = [
    { ...actual, role: "actual", label: "actual" },
    { ...model, role: "model", label: "predicted one step ahead" },
  ];
  return timeChart(marks, options, "Values and one-step predictions", "value");
}

/** Losses by epoch, with levels to hold them against. */
export interface LossData {
  /** The training loss of epochs 1, 2, … */
  readonly training: ArrayLike<number>;
  /** The loss on held-out data, at the epochs in x, counted from 1. */
  readonly heldOut?: LineData;
  readonly rules?: readonly Rule[];
}

/** Training and held-out loss by epoch, on a logarithmic axis unless told otherwise. */
export function lossChart(
  { training, heldOut, rules = [] }: LossData,
  options: ChartOptions & { readonly logarithmic?: boolean } = {},
): SVGSVGElement {
  const { logarithmic = true, ...chart } = options;
  const epochs = Float64Array.from({ length: training.length }, (_, i) => i + 1);
  const marks: LineMark[] = [{ x: epochs, y: training, role: "model", label: "training" }];
  if (heldOut) marks.push({ ...heldOut, role: "held-out", label: "held out" });
  const last = training[training.length - 1];
  return lineChart(
    { lines: marks, rules, logarithmic },
    {
      title: "Loss",
      xLabel: "epoch",
      yLabel: "mean squared error",
      description: `Training${heldOut ? " and held-out" : ""} loss over ${training.length} epochs; the last training loss is ${last?.toPrecision(4)}.`,
      ...chart,
    },
  );
}

/** A range that should hold `level` of the outcomes, at the forecast's positions. */
export interface Interval {
  readonly level: number;
  readonly low: ArrayLike<number>;
  readonly high: ArrayLike<number>;
}

export interface ForecastData {
  readonly history: LineData;
  readonly forecast: LineData;
  readonly intervals?: readonly Interval[];
  /** What came, where it is known. */
  readonly actual?: LineData;
}

/** A history and its forecast, with intervals where there are any. */
export function forecastChart(
  { history, forecast, intervals = [], actual }: ForecastData,
  options: TimeChartOptions = {},
): SVGSVGElement {
  // the forecast's line begins at the last value known, so that the eye does not fall into a gap
  const last = history.x.length - 1;
  const joined: LineData =
    last < 0
      ? forecast
      : {
          x: [history.x[last]!, ...Array.from(forecast.x as ArrayLike<number | Date>)] as Positions,
          y: [history.y[last]!, ...Array.from(forecast.y)],
        };
  const marks: LineMark[] = [{ ...history, role: "actual", label: "history" }];
  if (actual) marks.push({ ...actual, role: "held-out", label: "what came" });
  marks.push({ ...joined, role: "model", label: "forecast" });
  const bands = [...intervals]
    .sort((a, b) => b.level - a.level)
    .map(({ level, low, high }) => ({ x: forecast.x, low, high, label: `${Math.round(level * 100)} % interval` }));
  const steps = `The forecast is ${forecast.y.length} steps long.`;
  return timeChart(
    marks,
    { description: `A line chart of a history ${span(history)} and its forecast. ${steps}`, ...options },
    "Forecast",
    "value",
    { bands },
  );
}

/** A measure at growing sizes, both above zero. */
export interface GrowthData extends LineData {
  readonly label: string;
  /** Names of its points, drawn where there is room, those of its ends first. */
  readonly names?: readonly string[];
}

export interface GrowthChartOptions extends ChartOptions {
  /** Bounds to hold measures against: lines without dots. */
  readonly guides?: readonly GrowthData[];
}

/** At most as many lines as there are looks to tell them apart by. */
const GROWTH_ROLES = ["model", "held-out", "actual"] as const;

/** How measures grow with sizes, on two logarithmic axes: a power law is a straight line, and its slope the exponent. */
export function growthChart(growths: readonly GrowthData[], options: GrowthChartOptions = {}): SVGSVGElement {
  const { guides = [], ...chart } = options;
  if (growths.length > GROWTH_ROLES.length)
    throw new RangeError(`growthChart: expected at most ${GROWTH_ROLES.length} lines, got ${growths.length}`);
  for (const { label, x, y } of [...guides, ...growths]) {
    for (const [axis, numbers] of Object.entries({ x, y })) {
      const low = Array.from(numbers as ArrayLike<number>).find((n) => n <= 0);
      if (low !== undefined) throw new RangeError(`${label}, ${axis}: expected numbers above zero, got ${low}`);
    }
  }
  const lines = [
    ...guides.map((guide): LineMark => ({ ...guide, role: "reference" })),
    ...growths.map((growth, i): LineMark => ({ ...growth, role: GROWTH_ROLES[i]!, mark: "line and dots" })),
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
