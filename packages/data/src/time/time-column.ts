import type { ColumnBuilder } from "../csv/column-builder.js";
import { type Origin, problem, textAt } from "../csv/origin.js";
import { SECONDS_PER_DAY } from "./calendar.js";
import { formsOf, looksLikeDate, RARE_FORM } from "./date-forms.js";
import { type DatePattern, datePattern, type PatternTime } from "./date-pattern.js";
import type { TimeUnit } from "./time-unit.js";

/** The times of a column. `clock`: times of day without a date. */
export interface TimeColumn {
  readonly unit: TimeUnit | "clock";
  /** NaN where a cell is empty or a word for a missing value. */
  readonly values: Float64Array;
  /** How the cells are written, where not by ISO 8601. */
  readonly form: string | undefined;
}

/** Cells that decide whether a column of text is looked at whole. */
const SAMPLE = 200;

/** Whether most of a column's cells are dates or look like them. */
export function isDateLike(column: ColumnBuilder, origin: Origin, isMissing: (text: string) => boolean): boolean {
  if (column.kind === "empty" || column.kind === "number") return false;
  if (column.kind !== "text") return true;
  let dates = 0;
  let others = 0;
  const step = Math.max(1, Math.floor(column.texts.count / SAMPLE));
  for (let i = 0; i < column.texts.count; i += step) {
    const text = textAt(column, i, origin);
    if (isMissing(text)) continue;
    if (looksLikeDate(text) || formsOf(text).length > 0) dates++;
    else others++;
  }
  return dates > others;
}

export interface TimeOptions {
  /** An LDML pattern of all cells. */
  readonly dateFormat?: string | undefined;
}

/**
 * Reads a column of dates.
 * @throws DataError for the first cell that is no date like most of the others, and where day and month cannot be told apart.
 */
export function readTimes(
  column: ColumnBuilder,
  { dateFormat }: TimeOptions,
  origin: Origin,
  isMissing: (text: string) => boolean,
): TimeColumn {
  if (column.kind === "text") return readTexts(column, dateFormat, origin, isMissing);
  const values = column.values.subarray(0, column.rows);
  if (column.texts.count > 0) readOddCells(column, values, origin, isMissing);
  if (column.kind === "second") return ofSeconds(values, column.offsets ?? column.offset, undefined);
  return { unit: column.kind as TimeUnit, values, form: undefined };
}

/** Cells of an ISO column that are written in another way, such as 2023-1-5 after 2023-01-04. */
function readOddCells(
  column: ColumnBuilder,
  values: Float64Array,
  origin: Origin,
  isMissing: (text: string) => boolean,
): void {
  const unit = column.kind;
  for (let i = 0; i < column.texts.count; i++) {
    const text = textAt(column, i, origin);
    if (isMissing(text)) continue;
    const row = column.textRows[i]!;
    const time = /^\d{4}-/.test(text) ? formsOf(text)[0]?.parse(text) : undefined;
    if (time?.unit !== unit) {
      const first = values.findIndex((value) => !Number.isNaN(value));
      throw problem(
        `expected a ${unit === "second" ? "date with a time" : unit} like that of row ${origin.lines.at(Math.max(0, first))}, got "${text}"; correct the cell, or name the date format`,
        column,
        row,
        origin,
        "--date-format",
      );
    }
    values[row] = time.value;
    if (unit === "second") {
      const offset = Number.isNaN(time.offset) ? Number.NaN : time.offset;
      if (!column.offsets && !Object.is(offset, column.offset))
        column.offsets = new Float64Array(column.rows).fill(column.offset);
      if (column.offsets) column.offsets[row] = offset;
    }
  }
}

/** Local seconds as an axis: of days where every time is midnight, else of seconds in UTC. */
function ofSeconds(values: Float64Array, offsets: number | Float64Array, form: string | undefined): TimeColumn {
  let midnight = true;
  for (let i = 0; i < values.length && midnight; i++)
    midnight = Number.isNaN(values[i]) || values[i]! % SECONDS_PER_DAY === 0;
  if (midnight) return { unit: "day", values: values.map((value) => value / SECONDS_PER_DAY), form };
  if (typeof offsets === "number") {
    if (offsets > 0 || offsets < 0) for (let i = 0; i < values.length; i++) values[i]! -= offsets;
  } else {
    for (let i = 0; i < values.length; i++) if (!Number.isNaN(offsets[i])) values[i]! -= offsets[i]!;
  }
  return { unit: "second", values, form };
}

function readTexts(
  column: ColumnBuilder,
  dateFormat: string | undefined,
  origin: Origin,
  isMissing: (text: string) => boolean,
): TimeColumn {
  const pattern = dateFormat === undefined ? choosePattern(column, origin, isMissing) : datePattern(dateFormat);
  const values = new Float64Array(column.rows).fill(Number.NaN);
  const offsets = new Float64Array(column.rows).fill(Number.NaN);
  let unit: PatternTime["unit"] | undefined;
  for (let i = 0; i < column.texts.count; i++) {
    const text = textAt(column, i, origin);
    if (isMissing(text)) continue;
    const row = column.textRows[i]!;
    const time = pattern.parse(text);
    if (!time) {
      throw problem(
        `expected a date in the form ${pattern.text}, got "${text}"; correct the cell, or name the date format`,
        column,
        row,
        origin,
        `--date-format ${pattern.text}`,
      );
    }
    unit = time.unit;
    values[row] = time.value;
    offsets[row] = time.offset;
  }
  if (unit === "second") return ofSeconds(values, offsets, pattern.text);
  return { unit: unit ?? "index", values, form: pattern.text };
}

/** The pattern that reads all cells, or else most of them. */
function choosePattern(column: ColumnBuilder, origin: Origin, isMissing: (text: string) => boolean): DatePattern {
  let active: DatePattern[] | undefined;
  let before: DatePattern[] = [];
  let example: { text: string; row: number } | undefined;
  const fitting: DatePattern[][] = [];
  for (let i = 0; i < column.texts.count; i++) {
    const text = textAt(column, i, origin);
    if (isMissing(text)) continue;
    const row = column.textRows[i]!;
    if (!active) {
      const forms = formsOf(text);
      if (forms.length === 0) throw notUnderstood(column, text, row, origin);
      active = forms;
      example = { text, row };
      fitting.push(forms);
      continue;
    }
    before = active;
    const left: DatePattern[] = active.filter((pattern) => pattern.parse(text) !== undefined);
    if (left.length === 0) {
      // another form altogether, or a cell that contradicts an earlier one
      if (formsOf(text).length === 0) throw notUnderstood(column, text, row, origin);
      throw problem(
        `expected a date in the form ${before[0]!.text} as in row ${origin.lines.at(example!.row)} ("${example!.text}"), got "${text}"`,
        column,
        row,
        origin,
        "--date-format",
      );
    }
    if (left.length < active.length) active = left;
  }
  const usual = active!.filter(({ text }) => !RARE_FORM.test(text) || text.startsWith("yyyy"));
  const [first, second] = usual.length > 0 ? usual : active!;
  if (second) {
    const { text, row } = example!;
    throw problem(
      `"${text}" may be ${first!.text} or ${second.text}, and so may every other cell; name the date format`,
      column,
      row,
      origin,
      `--date-format ${first!.text}`,
    );
  }
  return first!;
}

function notUnderstood(column: ColumnBuilder, text: string, row: number, origin: Origin) {
  return problem(
    `expected a date, got "${text}"; correct the cell, or name the date format, such as dd/MM/yyyy`,
    column,
    row,
    origin,
    "--date-format",
  );
}
