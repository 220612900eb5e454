import { type Series, type TimeAxis, toDate } from "@sluice/data";
import { chartSettings, type Manifest, type OneStep, type Prepared, type RowRange } from "@sluice/pipeline";
import {
  approximationChart,
  type ChartOptions,
  differenceChart,
  forecastChart,
  type LineData,
  lossChart,
  type Positions,
  type Rule,
  seriesChart,
} from "@sluice/viz";
import { formatNumber } from "../terminal/text-table.js";
import { thinRows } from "./thin-rows.js";
import { baselineNames, describeTransforms, formatLimit } from "./words.js";

/** The values of a run that its charts show. */
export interface ChartInput {
  readonly manifest: Manifest;
  readonly target: Prepared["target"];
  readonly oneStep: OneStep;
  readonly forecast: Series;
  /** See `lossUnit` of the pipeline. */
  readonly lossUnit: number | null;
}

/** The sections of a report that have charts. */
export type SectionName = "forecast" | "training" | "series" | "transformed" | "level";

/** A chart of a run that can be drawn at any width. */
export interface RunChart {
  /** The stem of its file. */
  readonly name: string;
  readonly section: SectionName;
  readonly draw: (options: ChartOptions) => SVGSVGElement;
}

/** Rows of the zoomed chart around the start of the held-out part. */
const ZOOM = 50;
/** Rows of history before a forecast, as a multiple of its length. */
const HISTORY = 6;

/** The charts of a run. Each value is plotted at its own time. Without transforms there are none of the transformed series. */
export function runCharts(run: ChartInput): RunChart[] {
  const { split, recipe } = run.manifest;
  const settings = chartSettings(recipe, split);
  const { time, observed, name: column } = run.target;
  const at = positionsOf(time);
  const xLabel = timeLabel(time);
  const range: { domain?: ReturnType<typeof ends>; heldOutFrom?: number | Date } = settings
    ? { domain: ends(at, settings.rows) }
    : { heldOutFrom: at([split.train])[0]! };
  const level = linesOf(run, "level", at);
  const levelOptions = { yLabel: column, xLabel, ...range };
  const note = settings && { note: settings.levelNote };
  return [
    {
      name: "series",
      section: "series",
      draw: (o) => seriesChart(lineOf(at, 0, observed), { title: `Series: ${column}`, ...levelOptions, ...o }),
    },
    ...transformedCharts(run, at, { xLabel, ...range }),
    {
      name: "level",
      section: "level",
      draw: (o) =>
        approximationChart(level, { title: `${column}, with one-step predictions`, ...levelOptions, ...note, ...o }),
    },
    { name: "loss", section: "training", draw: (o) => drawLoss(run, o) },
    { name: "forecast", section: "forecast", draw: (o) => drawForecast(run, { yLabel: column, xLabel, ...o }) },
  ];
}

/** The transformed series, its one-step predictions, and a part of them in detail. */
function transformedCharts(run: ChartInput, at: PositionsOf, options: ChartOptions): RunChart[] {
  const { manifest, oneStep } = run;
  const { recipe, split, data } = manifest;
  const settings = chartSettings(recipe, split);
  const hasTransforms = recipe.transforms.length > 0;
  const { name, areDifferences, title, yLabel, note } = settings?.transformed ?? {
    name: "transformed",
    areDifferences: false,
    title: `Transformed series: ${describeTransforms(recipe)}`,
    yLabel: `${data.column} (${transformedUnit(recipe)})`,
    note: undefined,
  };
  const drawTransformed = areDifferences ? differenceChart : seriesChart;
  const kind = hasTransforms ? "transformed" : "level";
  const lines = linesOf(run, kind, at);
  const shared: ChartOptions & { note?: string } = { ...options, yLabel, ...(note !== undefined && { note }) };
  const zoom = settings?.zoom ?? zoomAtHeldOut(manifest, oneStep);
  const zoomLines = linesOf(run, kind, at, zoom);
  const zoomTitle = settings?.zoom
    ? `${title}, with one-step predictions: ${zoom[0]} ≤ t < ${zoom[1]}`
    : "One-step predictions around the start of the held-out part";
  const charts: RunChart[] = [
    { name, section: "transformed", draw: (o) => drawTransformed(lines.actual, { title, ...shared, ...o }) },
    {
      name: "approximation",
      section: "transformed",
      draw: (o) => approximationChart(lines, { title: `${title}, with one-step predictions`, ...shared, ...o }),
    },
    {
      name: "zoom",
      section: hasTransforms ? "transformed" : "level",
      draw: (o) => approximationChart(zoomLines, { ...shared, title: zoomTitle, domain: ends(at, zoom), ...o }),
    },
  ];
  return hasTransforms ? charts : charts.slice(-1);
}

/** Actual values and one-step predictions: of the transformed series, or in the units of the series. */
function linesOf({ oneStep, target }: ChartInput, kind: "transformed" | "level", at: PositionsOf, range?: RowRange) {
  const [actual, from, predicted] =
    kind === "transformed"
      ? [oneStep.transformed, oneStep.lag, oneStep.predictedTransformed]
      : [target.observed, 0, oneStep.predicted];
  return {
    actual: lineOf(at, from, actual, range),
    model: lineOf(at, oneStep.first, predicted, range),
  };
}

/** A line through values of the rows from `first` on, of those in a range of rows if one is given. A long line is thinned. */
function lineOf(at: PositionsOf, first: number, values: Float64Array, range?: RowRange): LineData {
  if (range) {
    const from = Math.max(first, range[0]);
    return lineOf(at, from, values.subarray(from - first, Math.max(from, range[1] + 1) - first));
  }
  const kept = thinRows(values);
  if (!kept) return { x: at(rows(first, values.length)), y: values };
  return { x: at(Array.from(kept, (row) => first + row)), y: Float64Array.from(kept, (row) => values[row]!) };
}

/** The unit of the transformed values: that of the last transform that scales. */
function transformedUnit({ transforms }: Manifest["recipe"]): string {
  if (transforms.includes("standardize")) return "standard deviations";
  if (transforms.includes("min-max")) return "fractions of the range";
  if (transforms.includes("robust")) return "interquartile ranges";
  if (transforms.includes("log")) return "logarithms";
  return transforms.every((spec) => typeof spec === "object" && "difference" in spec)
    ? "units of the series"
    : "transformed units";
}

const rows = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i);

const timeLabel = ({ unit, name }: TimeAxis) => (unit === "index" ? `${name} (steps)` : name);

type PositionsOf = (rows: readonly number[]) => Positions;

/** Maps rows to positions on the x axis. */
function positionsOf({ unit, values }: TimeAxis): PositionsOf {
  const last = values.length - 1;
  const value = (row: number) => values[Math.min(Math.max(row, 0), last)]!;
  return unit === "index" ? (rows) => rows.map(value) : (rows) => rows.map((row) => toDate(unit, value(row)));
}

/** The positions of the ends of a range. */
function ends(at: PositionsOf, range: RowRange): readonly [number | Date, number | Date] {
  const [from, to] = range;
  return [at([from])[0]!, at([to])[0]!];
}

function zoomAtHeldOut({ split }: Manifest, { lag, transformed }: OneStep): RowRange {
  const end = Math.min(split.train + ZOOM / 2, lag + transformed.length);
  return [Math.max(end - ZOOM, lag), end];
}

function drawLoss({ manifest, lossUnit }: ChartInput, options: ChartOptions): SVGSVGElement {
  const { loss, limits, baselines, recipe } = manifest;
  const rules: Rule[] = [];
  if (limits) rules.push({ label: `limit ${formatLimit(limits.loss)}`, value: limits.loss });
  if (limits && limits.memoryless !== null) {
    rules.push({ label: `limit without memory ${formatLimit(limits.memoryless)}`, value: limits.memoryless });
  }
  if (lossUnit !== null) {
    for (const [name, errors] of Object.entries(baselines)) {
      if (!errors) continue;
      const value = errors.mse / lossUnit;
      rules.push({ label: `${baselineNames[name as keyof typeof baselines]} ${formatNumber(value)}`, value });
    }
  }
  const heldOut = { x: loss.heldOut.map(({ epoch }) => epoch + 1), y: loss.heldOut.map((point) => point.loss) };
  const unit = `mean squared error${lossUnit === 1 ? "" : ` (${transformedUnit(recipe)}, squared)`}`;
  return lossChart({ training: loss.training, heldOut, rules }, { title: "Loss by epoch", yLabel: unit, ...options });
}

function drawForecast({ forecast, target }: ChartInput, options: ChartOptions): SVGSVGElement {
  const { time, observed } = target;
  const steps = forecast.time.values.length;
  const from = Math.max(0, observed.length - HISTORY * steps);
  return forecastChart(
    {
      history: { x: positionsOf(time)(rows(from, observed.length - from)), y: observed.slice(from) },
      forecast: { x: positionsOf(forecast.time)(rows(0, steps)), y: forecast.columns[0]!.values },
    },
    { title: `Forecast of ${steps} steps`, ...options },
  );
}
