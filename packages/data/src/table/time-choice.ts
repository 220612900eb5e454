import type { ColumnBuilder } from "../csv/column-builder.js";
import { type Origin, problem, textAt } from "../csv/origin.js";
import { DataError } from "../data-error.js";
import type { Note } from "../note.js";
import { dayNumber, isoWeekStart, monthNumber, SECONDS_PER_DAY } from "../time/calendar.js";
import { formsOf } from "../time/date-forms.js";
import { datePattern } from "../time/date-pattern.js";
import { usualStep } from "../time/infer-frequency.js";
import { isTimeName, type NumberTimes, numberTimes } from "../time/number-times.js";
import type { TimeUnit } from "../time/time.js";
import { isDateLike, readTimes } from "../time/time-column.js";

/** The times of a table's rows and where they come from. */
export interface ChosenTime {
  readonly name: string;
  /** The columns that they were read from. */
  readonly columns: readonly ColumnBuilder[];
  readonly unit: TimeUnit;
  /** NaN for a row without a time. */
  readonly values: Float64Array;
  /** How the cells are written, where not by ISO 8601. */
  readonly form: string | undefined;
  readonly reason: string;
}

export interface TimeChoiceOptions {
  /** The column of times by name or number from 0, or the columns that make up a time together. */
  readonly time?: string | number | readonly (string | number)[] | undefined;
  readonly dateFormat?: string | undefined;
  /** `row`: the rows are counted if no column of times is understood. */
  readonly frequency?: string | undefined;
}

type IsMissing = (text: string) => boolean;

/** Names of columns that together make a time. */
const PARTS = {
  year: /^(year|yr|yyyy|jahr|année|ano|año)$/i,
  month: /^(month|mon|mo|mm|monat|mois|mes)$/i,
  quarter: /^(quarter|qtr|q)$/i,
  week: /^(week|wk|isoweek|week_?no)$/i,
  day: /^(day|dd|dom|mday|day_?of_?month|tag|jour)$/i,
  hour: /^(hour|hr|hh|hour_?ending|he|stunde|heure)$/i,
} as const;
type Part = keyof typeof PARTS;

const ROW_NAMES =
  /^(|index|idx|unnamed: ?\d+|row|row_?(id|number|names?)|level_\d+|x1|t|step|time_?(idx|step)|n|nr|no\.?|#)$/i;

/** Names of dates that are about a row, not when it was. */
const OTHER_DATES = /updat|creat|modif|birth|due|expir|ship|deliver|end|valid_?to|publish|download/i;

/**
 * Finds the times of a table: a column of dates, columns that make up dates, or else a running index.
 * Undefined where there is none, so that rows are only counted.
 * @throws DataError for a column that looks like dates but cannot be read.
 */
export function chooseTime(
  columns: readonly ColumnBuilder[],
  options: TimeChoiceOptions,
  origin: Origin,
  isMissing: IsMissing,
  notes: Note[],
): ChosenTime | undefined {
  const candidates = rank(columns, origin, isMissing);
  for (const [i, candidate] of candidates.entries()) {
    const chosen = candidate.read(options);
    // a constant number is an id, unless its name says otherwise
    if (!chosen || (candidate.score < SURE && isConstant(chosen.values))) continue;
    const joined =
      chosen.unit === "day" && candidate.score > 60 ? joinClock(chosen, columns, origin, isMissing, notes) : chosen;
    const others = candidates
      .slice(i + 1)
      .filter(({ score }) => score > 60 && score < 200)
      .map(({ name }) => name);
    const also = others.filter((name) => !joined.columns.some((column) => column.name === name));
    const other = also.length > 0 ? `; also possible: ${also.join(", ")}` : "";
    notes.push({
      code: "time-column",
      message: `times are in ${quoted(joined.columns)}: ${joined.reason}${other}`,
      hint: "--time",
    });
    return joined;
  }
  const clock = columns.find((column) => isClock(column, origin, isMissing));
  if (clock) {
    throw new DataError(
      "expected dates, got times of day alone; give a file with dates, or read the rows as equally spaced with another column",
      {
        file: origin.file,
        column: clock.name,
        hint: "--time",
      },
    );
  }
  if (options.frequency !== "row") expectNoDates(columns, origin, isMissing);
  return undefined;
}

/** @throws DataError for a column that its name calls dates, and whose cells are text that is not understood. */
function expectNoDates(columns: readonly ColumnBuilder[], origin: Origin, isMissing: IsMissing): void {
  const column = columns.find(
    ({ name, kind }) => kind === "text" && /^(date|datetime|timestamp|date_?time)$/i.test(name),
  );
  if (!column) return;
  const texts = Array.from({ length: column.texts.count }, (_, i) => textAt(column, i, origin));
  const first = texts.findIndex((text) => !isMissing(text));
  if (first < 0) return;
  throw problem(
    `expected a date, got "${texts[first]}"; name the date format, or count the rows (--frequency row)`,
    column,
    column.textRows[first]!,
    origin,
    "--date-format",
  );
}

/**
 * The times in columns that were named.
 * @throws DataError where they cannot be read as times.
 */
export function readNamedTime(
  columns: readonly ColumnBuilder[],
  options: TimeChoiceOptions,
  origin: Origin,
  isMissing: IsMissing,
  all: readonly ColumnBuilder[],
  notes: Note[],
): ChosenTime {
  const [first] = columns as [ColumnBuilder];
  const reason = "as chosen";
  if (columns.length > 1) {
    const parts = fromParts(columns, origin, isMissing, true);
    if (parts) return { ...parts, reason };
    const date = columns
      .map((column) => readSingle(column, options, origin, isMissing))
      .find((time) => time?.unit === "day");
    const joined = date && joinClock({ ...date, reason }, columns, origin, isMissing, notes);
    if (joined && joined.columns.length === columns.length) return { ...joined, reason };
    throw new DataError(
      `expected columns that make a time together, such as date and time or year and month, got ${quoted(columns)}`,
      {
        file: origin.file,
        hint: "--time",
      },
    );
  }
  if (first.kind === "number") {
    for (let i = 0; i < first.texts.count; i++) {
      const text = textAt(first, i, origin);
      if (isMissing(text)) continue;
      throw problem(
        `expected a number like those before it, got "${text}"; correct the cell, or choose another column of times`,
        first,
        first.textRows[i]!,
        origin,
        "--time",
      );
    }
  }
  const time = readSingle(first, options, origin, isMissing);
  if (!time) {
    const cell =
      first.texts.count > 0 ? textAt(first, 0, origin) : String(first.values.find((value) => !Number.isNaN(value)));
    throw new DataError(`expected dates, got "${cell}"; choose another column of times, or name the date format`, {
      file: origin.file,
      column: first.name,
      hint: "--time",
    });
  }
  const chosen = { ...time, reason };
  return chosen.unit === "day" ? joinClock(chosen, all, origin, isMissing, notes) : chosen;
}

function readSingle(
  column: ColumnBuilder,
  { dateFormat }: TimeChoiceOptions,
  origin: Origin,
  isMissing: IsMissing,
): ChosenTime | undefined {
  const { name } = column;
  if (column.kind === "number" && dateFormat === undefined) {
    const times = readNumberTimes(column, 0, origin, isMissing);
    return times && { name, columns: [column], ...times, reason: "" };
  }
  if (column.kind === "number") return fromDigits(column, dateFormat!, origin);
  if (column.kind !== "text" && column.kind !== "empty" && dateFormat !== undefined)
    expectIsoOrder(column, dateFormat, origin);
  const time = readTimes(column, { dateFormat }, origin, isMissing);
  if (time.unit === "clock") return undefined;
  return { name, columns: [column], unit: time.unit, values: time.values, form: time.form, reason: "" };
}

/** Times that were read by ISO 8601 fit a date format that has the same order. */
function expectIsoOrder(column: ColumnBuilder, dateFormat: string, origin: Origin): void {
  datePattern(dateFormat);
  const letters = dateFormat
    .replace(/'[^']*'/g, "")
    .replace(/[^a-zA-Z]/g, "")
    .replace(/(.)\1+/g, "$1");
  if (/^yM(d(H(m(sS?)?)?X?)?)?$/.test(letters)) return;
  throw new DataError(
    `expected dates in the form ${dateFormat}, got dates by ISO 8601 (year, month, day); leave out the date format`,
    { file: origin.file, column: column.name, hint: "--date-format yyyy-MM-dd" },
  );
}

/** Numbers read by a date format, such as 20230131 or 1504 (yyMM): digits with their leading zeros. */
function fromDigits(column: ColumnBuilder, dateFormat: string, origin: Origin): ChosenTime {
  const width = dateFormat.replace(/'[^']*'/g, "").length;
  const pattern = datePattern(dateFormat);
  let unit: TimeUnit = "index";
  const values = column.values.subarray(0, column.rows).map((value, row) => {
    if (Number.isNaN(value)) return value;
    const text = String(value).padStart(width, "0");
    const time = pattern.parse(text);
    if (!time || time.unit === "clock") {
      throw problem(`expected a date in the form ${dateFormat}, got "${text}"`, column, row, origin, "--date-format");
    }
    unit = time.unit;
    return time.value;
  });
  return { name: column.name, columns: [column], unit, values, form: dateFormat, reason: "" };
}

/** Candidates from this score on are times, whatever their values. */
const SURE = 75;

interface Candidate {
  readonly name: string;
  readonly score: number;
  readonly read: (options: TimeChoiceOptions) => ChosenTime | undefined;
}

function rank(columns: readonly ColumnBuilder[], origin: Origin, isMissing: IsMissing): Candidate[] {
  const candidates: Candidate[] = [];
  columns.forEach((column, position) => {
    const { name } = column;
    const nameScore = (isTimeName(name) ? 15 : 0) - (OTHER_DATES.test(name) ? 20 : 0) - position / 1000;
    if (isDateLike(column, origin, isMissing)) {
      if (isClock(column, origin, isMissing)) return;
      const score = (column.kind !== "text" ? 100 : isUnderstood(column, origin, isMissing) ? 95 : 50) + nameScore;
      candidates.push({
        name,
        score,
        read: (options) => {
          const time = readSingle(column, options, origin, isMissing);
          return time && { ...time, reason: `dates${time.form ? ` in the form ${time.form}` : ""}` };
        },
      });
      return;
    }
    if (column.kind !== "number" || column.parsed === 0) return;
    const times = readNumberTimes(column, position, origin, isMissing);
    if (!times) return;
    const { form } = times;
    const score = SCORES[form] + nameScore;
    if (form === "index") {
      if (position > 0 && !ROW_NAMES.test(name)) return;
      if (!isEvenIndex(times.values)) return;
    }
    candidates.push({
      name,
      score,
      read: () => ({ name, columns: [column], ...times, reason: REASONS[form] }),
    });
  });
  const parts = fromParts(columns, origin, isMissing, false);
  if (parts) candidates.push({ name: parts.name, score: 99, read: () => parts });
  return candidates.sort((a, b) => b.score - a.score);
}

const SCORES: Readonly<Record<NumberTimes["form"], number>> = {
  yyyyMMdd: 90,
  yyyyMM: 85,
  "Unix seconds": 80,
  "Unix milliseconds": 80,
  yyyy: 70,
  "decimal years": 68,
  "yyyy.MM": 68,
  "spreadsheet days": 65,
  index: 10,
};
const REASONS: Readonly<Record<NumberTimes["form"], string>> = {
  yyyyMMdd: "dates in the form yyyyMMdd",
  yyyyMM: "months in the form yyyyMM",
  "Unix seconds": "seconds since 1970",
  "Unix milliseconds": "milliseconds since 1970",
  yyyy: "years",
  "decimal years": "years with a fraction",
  "yyyy.MM": "months in the form yyyy.MM",
  "spreadsheet days": "day numbers of a spreadsheet",
  index: "whole numbers that rise from row to row",
};

/** Numbers as times; undefined where a cell is text that is no missing value. */
function readNumberTimes(
  column: ColumnBuilder,
  position: number,
  origin: Origin,
  isMissing: IsMissing,
): NumberTimes | undefined {
  for (let i = 0; i < Math.min(column.texts.count, 100); i++)
    if (!isMissing(textAt(column, i, origin))) return undefined;
  return numberTimes(column.name, column.values.subarray(0, column.rows), position);
}

/** Whether at least half of the distances of an index are the same. */
function isEvenIndex(values: Float64Array): boolean {
  const known = values.filter((value) => !Number.isNaN(value));
  const falls = known.length > 1 && known.at(-1)! < known[0]!;
  const ordered = falls ? known.slice().reverse() : known;
  const step = usualStep(ordered);
  let usual = 0;
  for (let i = 1; i < ordered.length; i++) if (Math.abs(ordered[i]! - ordered[i - 1]! - step) < 1e-6) usual++;
  return step > 0 && usual * 2 >= ordered.length - 1;
}

function isConstant(values: Float64Array): boolean {
  const first = values.find((value) => !Number.isNaN(value));
  return (
    values.length > 1 &&
    values.every((value) => value === first || Number.isNaN(value)) &&
    values.filter((value) => !Number.isNaN(value)).length > 1
  );
}

/** Whether the first date of a column has a form that is known. */
function isUnderstood(column: ColumnBuilder, origin: Origin, isMissing: IsMissing): boolean {
  for (let i = 0; i < column.texts.count; i++) {
    const text = textAt(column, i, origin);
    if (!isMissing(text)) return formsOf(text).length > 0;
  }
  return false;
}

/** Whether a column holds times of day. */
function isClock(column: ColumnBuilder, origin: Origin, isMissing: IsMissing): boolean {
  if (column.kind !== "text") return false;
  let clocks = 0;
  let others = 0;
  const step = Math.max(1, Math.floor(column.texts.count / 50));
  for (let i = 0; i < column.texts.count; i += step) {
    const text = textAt(column, i, origin);
    if (isMissing(text)) continue;
    if (formsOf(text).some((form) => form.parse(text)?.unit === "clock")) clocks++;
    else others++;
  }
  return clocks > 0 && others === 0;
}

/** A date together with a time of day, or an hour, in a column beside it. */
function joinClock(
  date: ChosenTime,
  columns: readonly ColumnBuilder[],
  origin: Origin,
  isMissing: IsMissing,
  notes: Note[],
): ChosenTime {
  const others = columns.filter((column) => !date.columns.includes(column));
  const clock = others.find((column) => isClock(column, origin, isMissing));
  const hour = clock ? undefined : others.find((column) => PARTS.hour.test(column.name) && isWhole(column, 0, 24));
  const column = clock ?? hour;
  if (!column || (hour && !hasRepetition(date.values))) return date;
  const seconds = clock ? readTimes(clock, {}, origin, isMissing).values : hoursOf(hour!, notes);
  const values = date.values.map((day, row) => day * SECONDS_PER_DAY + seconds[row]!);
  const name = `${date.name} ${column.name}`;
  notes.push({ code: "time-joined", message: `times are joined from ${quoted([...date.columns, column])}` });
  return { ...date, name, columns: [...date.columns, column], unit: "second", values };
}

/** Seconds of hours 0 … 23; 1 … 24 name the hour that ends. */
function hoursOf(column: ColumnBuilder, notes: Note[]): Float64Array {
  const values = column.values.subarray(0, column.rows);
  const ending = values.includes(24) && !values.includes(0);
  if (ending)
    notes.push({
      code: "time-joined",
      message: `"${column.name}" counts hours from 1 to 24: hour 1 begins at 00:00`,
    });
  return values.map((hour) => (hour - (ending ? 1 : 0)) * 3600);
}

function hasRepetition(values: Float64Array): boolean {
  return new Set(values).size < values.length;
}

function isWhole(column: ColumnBuilder, low: number, high: number): boolean {
  if (column.kind !== "number" || column.texts.count > 0) return false;
  return column.values
    .subarray(0, column.rows)
    .every((value) => Number.isNaN(value) || (Number.isInteger(value) && value >= low && value <= high));
}

/** Times from columns of years and months, quarters, weeks, days and hours. `named`: the columns were chosen for it. */
function fromParts(
  columns: readonly ColumnBuilder[],
  origin: Origin,
  isMissing: IsMissing,
  named: boolean,
): ChosenTime | undefined {
  const find = (part: Part) => columns.find((column) => PARTS[part].test(column.name));
  const year = find("year");
  if (!year || !isWhole(year, 1000, 2999)) return undefined;
  const month = find("month");
  const months = month && monthsOf(month, origin, isMissing);
  const ranged = (part: Part, high: number) => {
    const column = find(part);
    return column && isWhole(column, part === "hour" ? 0 : 1, high) ? column : undefined;
  };
  const years = year.values.subarray(0, year.rows);
  const of = (
    others: readonly ColumnBuilder[],
    unit: TimeUnit,
    read: (year: number, row: number) => number,
  ): ChosenTime | undefined => {
    const used = [year, ...others];
    if (named && used.length < columns.length) return undefined;
    return {
      name: used.map(({ name }) => name).join(" "),
      columns: used,
      unit,
      values: years.map(read),
      form: undefined,
      reason: `${used.map(({ name }) => name).join(", ")} joined`,
    };
  };
  if (month && months) {
    const day = ranged("day", 31);
    if (!day) return of([month], "month", (y, row) => monthNumber(y, months[row]!));
    const hour = ranged("hour", 23);
    const dayOf = (y: number, row: number) => dayNumber(y, months[row]!, day.values[row]!);
    if (!hour) return of([month, day], "day", dayOf);
    return of([month, day, hour], "second", (y, row) => dayOf(y, row) * SECONDS_PER_DAY + hour.values[row]! * 3600);
  }
  const quarter = ranged("quarter", 4);
  if (quarter) return of([quarter], "month", (y, row) => monthNumber(y, quarter.values[row]! * 3 - 2));
  const week = ranged("week", 53);
  if (week) return of([week], "day", (y, row) => isoWeekStart(y, week.values[row]!));
  return undefined;
}

/** Numbers of months, from 1 … 12 or from names. */
function monthsOf(column: ColumnBuilder, origin: Origin, isMissing: IsMissing): Float64Array | undefined {
  if (isWhole(column, 1, 12)) return column.values.subarray(0, column.rows);
  if (column.kind !== "text") return undefined;
  const months = new Float64Array(column.rows).fill(Number.NaN);
  for (let i = 0; i < column.texts.count; i++) {
    const text = textAt(column, i, origin);
    if (isMissing(text)) continue;
    const time = formsOf(`${text} 2001`)[0]?.parse(`${text} 2001`);
    if (time?.unit !== "month") return undefined;
    months[column.textRows[i]!] = time.value - monthNumber(2001, 1) + 1;
  }
  return months;
}

export const quoted = (columns: readonly { readonly name: string }[]): string =>
  columns.map(({ name }) => `"${name}"`).join(", ");

export const isRowName = (name: string): boolean => ROW_NAMES.test(name);
