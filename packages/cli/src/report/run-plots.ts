import { type Series, toDate } from "@sluice/data";
import type { Forecaster, Manifest, OneStep } from "@sluice/pipeline";
import {
  approximationChart,
  type ChartOptions,
  differenceChart,
  forecastChart,
  lossChart,
  type Positions,
  type Rule,
  seriesChart,
} from "@sluice/viz";
import { baselineWords, limitFigure, transformWords } from "../run-words.js";
import { figure } from "../text-table.js";

/** A chart of a run, to be drawn at any width. */
export interface Plot {
  /** The file's stem in plots/. */
  readonly name: string;
  readonly draw: (options: ChartOptions) => SVGSVGElement;
}

/** Rows around the start of the held-out part that the zoom shows. */
const ZOOM = 50;
/** Rows of history before a forecast, as a multiple of its length. */
const HISTORY = 6;

/** The charts of a run: the notebook's five, the losses and the forecast. Each value stands at its own time. */
export function runPlots(series: Series, forecaster: Forecaster): Plot[] {
  const { manifest } = forecaster;
  const { recipe, split, data } = manifest;
  const steps = forecaster.approximate(series);
  const at = positionsOf(series);
  const values = series.columns.find(({ name }) => name === data.column)!.values;
  const notebook = recipe.source !== null;
  // the notebook drew the 200 points that it trained on; other runs show the held-out part too
  const shown = notebook ? { domain: [0, split.train] as const } : { heldOutFrom: at([split.train])[0]! };
  const time = { xLabel: series.time.unit === "index" ? `${series.time.name} (steps)` : series.time.name };
  const difference = JSON.stringify(recipe.transforms) === '[{"difference":1}]';
  const seen = {
    ...time,
    ...shown,
    yLabel: difference ? `change of ${data.column} per step` : `${data.column}, transformed (${unitOf(recipe)})`,
    ...(notebook && {
      note: "Each difference stands at the later of its two times; the notebook drew it one step earlier.",
    }),
  };
  const word = difference ? "Differences" : `What the network sees (${transformWords(recipe)})`;
  const transformed = { x: at(range(steps.lag, steps.transformed.length)), y: steps.transformed };
  const predicted = { x: at(range(steps.first, steps.predictedTransformed.length)), y: steps.predictedTransformed };
  const level = { x: at(range(0, values.length)), y: values };

  return [
    {
      name: "series",
      draw: (o) =>
        seriesChart(level, { title: `Series: ${data.column}`, yLabel: data.column, ...time, ...shown, ...o }),
    },
    { name: "differences", draw: (o) => differenceChart(transformed, { title: word, ...seen, ...o }) },
    {
      name: "approximation",
      draw: (o) =>
        approximationChart(
          { actual: transformed, model: predicted },
          { title: `${word}, with one-step predictions`, ...seen, ...o },
        ),
    },
    {
      name: "zoom",
      draw: (o) => {
        const domain = zoomOf(manifest, steps, notebook);
        const title = notebook
          ? `${word}, with one-step predictions: ${domain[0]} ≤ t < ${domain[1]}`
          : "One-step predictions around the start of the held-out part";
        const ends = notebook ? domain : (at([...domain]) as readonly [Date | number, Date | number]);
        return approximationChart({ actual: transformed, model: predicted }, { ...seen, title, domain: ends, ...o });
      },
    },
    {
      name: "level",
      draw: (o) =>
        approximationChart(
          { actual: level, model: { x: at(range(steps.first, steps.predicted.length)), y: steps.predicted } },
          {
            title: `Level: ${data.column}, with its reconstruction from one-step predictions`,
            yLabel: data.column,
            ...time,
            ...shown,
            ...(notebook && {
              note: `Predictions for t = ${steps.first} … ${split.train - 1} stand at those times; the notebook drew them at ${steps.first - 1} … ${split.train - 2}.`,
            }),
            ...o,
          },
        ),
    },
    { name: "loss", draw: (o) => drawLoss(forecaster, o) },
    {
      name: "forecast",
      draw: (o) => drawForecast(series, forecaster, values, { yLabel: data.column, ...time, ...o }),
    },
  ];
}

/** What the transformed values count in: the last transform that scales says. */
function unitOf({ transforms }: Manifest["recipe"]): string {
  if (transforms.includes("standardize")) return "standard deviations";
  if (transforms.includes("min-max")) return "shares of the range";
  return transforms.includes("log") ? "logarithms" : "units of the series";
}

const range = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i);

/** The positions of rows on the x axis. */
function positionsOf({ time: { unit, values } }: Series): (rows: readonly number[]) => Positions {
  const last = values.length - 1;
  const value = (row: number) => values[Math.min(Math.max(row, 0), last)]!;
  return unit === "index" ? (rows) => rows.map(value) : (rows) => rows.map((row) => toDate(unit, value(row)));
}

/** The notebook's 75 … 125, or as many rows around the start of the held-out part. */
function zoomOf({ split }: Manifest, { lag, transformed }: OneStep, notebook: boolean): readonly [number, number] {
  if (notebook) return [75, 125];
  const end = Math.min(split.train + ZOOM / 2, lag + transformed.length);
  return [Math.max(end - ZOOM, lag), end];
}

function drawLoss({ manifest, lossUnit }: Forecaster, options: ChartOptions): SVGSVGElement {
  const { loss, limits, baselines, recipe } = manifest;
  const rules: Rule[] = [];
  if (limits) rules.push({ label: `limit ${limitFigure(limits.loss)}`, value: limits.loss });
  if (limits?.memoryless != null) {
    rules.push({ label: `limit without memory ${limitFigure(limits.memoryless)}`, value: limits.memoryless });
  }
  if (lossUnit !== null) {
    for (const [name, errors] of Object.entries(baselines)) {
      if (!errors) continue;
      const value = errors.mse / lossUnit;
      rules.push({ label: `${baselineWords[name as keyof typeof baselines]} ${figure(value)}`, value });
    }
  }
  const heldOut = { x: loss.heldOut.map(({ epoch }) => epoch + 1), y: loss.heldOut.map((point) => point.loss) };
  const unit = `mean squared error${lossUnit === 1 ? "" : ` (${unitOf(recipe)}, squared)`}`;
  return lossChart({ training: loss.training, heldOut, rules }, { title: "Loss by epoch", yLabel: unit, ...options });
}

function drawForecast(
  series: Series,
  forecaster: Forecaster,
  values: Float64Array,
  options: ChartOptions,
): SVGSVGElement {
  const future = forecaster.forecast();
  const past = Math.max(0, values.length - HISTORY * future.time.values.length);
  const rows = range(past, values.length - past);
  const next = positionsOf(future)(range(0, future.time.values.length));
  return forecastChart(
    {
      history: { x: positionsOf(series)(rows), y: values.slice(past) },
      forecast: { x: next, y: future.columns[0]!.values },
    },
    { title: `Forecast of ${future.time.values.length} steps`, ...options },
  );
}
