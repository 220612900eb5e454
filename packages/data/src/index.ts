export { readCsv, readCsvStream } from "./csv.js";
export type { CsvFormat } from "./csv-records.js";
export type { CsvOptions } from "./csv-table.js";
export { DataError, type Place } from "./data-error.js";
export { type BadCell, type Gap, type Inspection, inspectCsv } from "./inspect-csv.js";
export { invertForecast, invertOneStep } from "./invert.js";
export { interpolate, type Missing, missing } from "./missing.js";
export { type Column, type Series, slice, splitTail } from "./series.js";
export { SYNTHETIC_KINDS, type SyntheticKind, type SyntheticOptions, synthetic } from "./synthetic.js";
export { formatTime, futureTimes, parseTime, type Time, type TimeAxis, type TimeUnit, toDate } from "./time.js";
export { TransformError } from "./transform-error.js";
export { applyTransforms, type FittedTransform, fitTransforms, lagOf, type TransformSpec } from "./transforms.js";
export {
  batches,
  type Gathered,
  gather,
  type Sequences,
  type StridedRows,
  type WindowOptions,
  windows,
} from "./windows.js";
