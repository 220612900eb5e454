export {
  type Approximation,
  approximationChart,
  differenceChart,
  type ForecastData,
  forecastChart,
  type Interval,
  type LossData,
  lossChart,
  seriesChart,
  type TimeChartOptions,
} from "./charts.js";
export type { ChartOptions } from "./frame.js";
export type { LineData, Positions, Rule } from "./lines.js";
export { type Figure, type Report, reportPage, type Section, type Table } from "./report-page.js";
export { toSvgString } from "./to-svg-string.js";
