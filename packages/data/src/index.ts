export type { CsvFormat } from "./csv/dialect.js";
export { readCsv, readCsvTable, singleSeries } from "./csv/read-csv.js";
export { DataError, type Place } from "./data-error.js";
export {
  CALENDAR_FEATURES,
  type CalendarFeature,
  calendarFeatures,
  fourierTerms,
} from "./features/calendar-features.js";
export { lagFeatures, rollingMean } from "./features/lag-features.js";
export { NOTE_CODES, type Note, type NoteCode } from "./note.js";
export { interpolate, type Missing, missing } from "./series/missing.js";
export { type Column, type Panel, type Series, slice, splitTail } from "./series/series.js";
export { SYNTHETIC_KINDS, type SyntheticKind, type SyntheticOptions, synthetic } from "./series/synthetic.js";
export {
  batches,
  type Gathered,
  gather,
  type Sequences,
  type StridedRows,
  type WindowOptions,
  windows,
} from "./series/windows.js";
export { FILE_TYPE_NAMES, type FileType, fileType, HEAD_BYTES } from "./sources/file-type.js";
export { readCsvStream, readTable, type TextOptions } from "./sources/read-table.js";
export type { Source } from "./sources/source.js";
export type { Choice, Table } from "./table/interpret.js";
export type { ColumnName, ReadOptions } from "./table/options.js";
export {
  describeFrequency,
  FREQUENCY_UNITS,
  type Frequency,
  type FrequencyUnit,
  parseFrequency,
  seasonLength,
} from "./time/frequency.js";
export { inferFrequency } from "./time/infer-frequency.js";
export { formatTime, futureTimes, parseTime, type Time, type TimeAxis, type TimeUnit, toDate } from "./time/time.js";
export { invertForecast, invertOneStep } from "./transforms/invert.js";
export { TransformError } from "./transforms/transform-error.js";
export {
  applyTransforms,
  describeTransforms,
  type FittedTransform,
  fitTransforms,
  lagOf,
  TRANSFORMS,
  type TransformSpec,
} from "./transforms/transforms.js";
