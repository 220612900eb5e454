import type { LineMark } from "./line-chart.js";
import type { LineData, Positions } from "./line-data.js";
import { describeRange, type TimeChartOptions, timeChart } from "./time-chart.js";

/** A prediction interval at the forecast's positions; `level` (0 to 1) is its nominal coverage. */
export interface Interval {
  readonly level: number;
  readonly low: ArrayLike<number>;
  readonly high: ArrayLike<number>;
}

export interface ForecastData {
  readonly history: LineData;
  readonly forecast: LineData;
  readonly intervals?: readonly Interval[];
  /** The actual values over the horizon, if they are known. */
  readonly actual?: LineData;
}

/** Draws a history with its forecast and prediction intervals. */
export function forecastChart(
  { history, forecast, intervals = [], actual }: ForecastData,
  options: TimeChartOptions = {},
): SVGSVGElement {
  const marks: [LineMark, ...LineMark[]] = [{ ...history, role: "actual", label: "history" }];
  if (actual) marks.push({ ...actual, role: "held-out", label: "actual" });
  marks.push({ ...joinedTo(history, forecast), role: "model", label: "forecast" });
  const bands = [...intervals]
    .sort((a, b) => b.level - a.level)
    .map(({ level, low, high }) => ({ x: forecast.x, low, high, label: `${Math.round(level * 100)} % interval` }));
  const description = `A line chart of a history ${describeRange(history)} and its forecast. The forecast is ${forecast.y.length} steps long.`;
  return timeChart(marks, { description, ...options }, "Forecast", "value", bands);
}

/** The forecast's line, starting at the last value of the history so that there is no gap between them. */
function joinedTo(history: LineData, forecast: LineData): LineData {
  const last = history.x.length - 1;
  if (last < 0) return forecast;
  return {
    x: [history.x[last]!, ...Array.from(forecast.x as ArrayLike<number | Date>)] as Positions,
    y: [history.y[last]!, ...Array.from(forecast.y)],
  };
}
