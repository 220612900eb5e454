export { type BarChartOptions, type BarData, barChart } from "./bar-chart.js";
export {
  type Approximation,
  approximationChart,
  differenceChart,
  type ForecastData,
  forecastChart,
  type GrowthChartOptions,
  type GrowthData,
  growthChart,
  type Interval,
  type LossData,
  lossChart,
  seriesChart,
  type TimeChartOptions,
} from "./charts.js";
export type { LineData, Positions, Rule } from "./lines.js";
export { type Figure, type Report, reportPage, type Section, type Table } from "./report-page.js";
export type { ChartOptions } from "./sheet.js";
export { toSvgString } from "./to-svg-string.js";
