import { dayNumber } from "./calendar.js";
import { type Frequency, gridOf } from "./frequency.js";
import type { TimeUnit } from "./time-unit.js";

export type { TimeUnit } from "./time-unit.js";

/**
 * When the rows of a series are. Counts: `index` any whole numbers, `year` years, `month` months since 1970-01, `day` days since
 * 1970-01-01, `second` seconds since 1970-01-01T00:00Z (fractions allowed).
 */
export interface TimeAxis {
  readonly name: string;
  readonly unit: TimeUnit;
  readonly values: Float64Array;
  /** The usual distance of two neighbors, in counts: 1 for monthly data, 7 for weekly data in days. */
  readonly step: number;
  /** How often rows come, where they come regularly. */
  readonly frequency?: Frequency;
}

/** A time as read from text. */
export interface Time {
  readonly unit: TimeUnit;
  readonly value: number;
}

const MS_PER_DAY = 86_400_000;

const YEAR = /^[1-9]\d{3}$/;
const INDEX = /^-?\d+$/;
const MONTH = /^(\d{4})-(\d{2})$/;
const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;
const SECOND =
  /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2}(?:\.\d+)?))?(Z|[+-](?:[01]\d|2[0-3]):?[0-5]\d)?$/;

function offsetSeconds(zone: string | undefined): number {
  if (zone === undefined || zone === "Z") return 0; // without a zone: UTC
  const sign = zone.startsWith("-") ? -1 : 1;
  const digits = zone.slice(1).replace(":", "");
  return sign * (Number(digits.slice(0, 2)) * 3600 + Number(digits.slice(2)) * 60);
}

/**
 * Reads a year (1949), month (1949-01), day (1949-01-31), date with a time (UTC where it has no zone) or whole number.
 * Undefined where the text is none of them, or a date that does not exist.
 */
export function parseTime(text: string): Time | undefined {
  const trimmed = text.trim();
  if (YEAR.test(trimmed)) return { unit: "year", value: Number(trimmed) };
  if (INDEX.test(trimmed)) return { unit: "index", value: Number(trimmed) };
  const month = MONTH.exec(trimmed);
  if (month) {
    const value = (Number(month[1]) - 1970) * 12 + Number(month[2]) - 1;
    return Number(month[2]) >= 1 && Number(month[2]) <= 12 ? { unit: "month", value } : undefined;
  }
  const parts = DAY.exec(trimmed) ?? SECOND.exec(trimmed);
  if (!parts) return undefined;
  const [, year, monthOf, day, hour, minute, second = "0", zone] = parts;
  const days = dayNumber(Number(year), Number(monthOf), Number(day));
  if (Number.isNaN(days)) return undefined;
  if (hour === undefined) return { unit: "day", value: days };
  const clock = Number(hour) * 3600 + Number(minute) * 60 + Number(second);
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) >= 60) return undefined;
  return { unit: "second", value: days * 86_400 + clock - offsetSeconds(zone) };
}

/** Reads a time of an axis that counts `unit`: four digits are no year in a count such as 998, 999, 1000. */
export function parseTimeOf(unit: TimeUnit, text: string): Time | undefined {
  const time = parseTime(text);
  return unit === "index" && time?.unit === "year" ? { unit, value: time.value } : time;
}

const digits = (n: number, width: number) => String(n).padStart(width, "0");

/** The text of a time: 1949, 1949-01, 1949-01-31, 1949-01-31T12:00:00Z, or a plain number. */
export function formatTime(unit: TimeUnit, value: number): string {
  if (unit === "index") return String(value);
  if (unit === "year") return digits(value, 4);
  if (unit === "month")
    return `${digits(1970 + Math.floor(value / 12), 4)}-${digits((((value % 12) + 12) % 12) + 1, 2)}`;
  const text = toDate(unit, value).toISOString();
  return unit === "day" ? text.slice(0, 10) : text.replace(".000Z", "Z");
}

/** The UTC date at which a time begins. @throws RangeError for an index, which has no date. */
export function toDate(unit: TimeUnit, value: number): Date {
  if (unit === "index") throw new RangeError(`date: expected a time with a calendar, got the index ${value}`);
  if (unit === "second") return new Date(Math.round(value * 1000));
  if (unit === "day") return new Date(value * MS_PER_DAY);
  const date = new Date(0);
  if (unit === "year") date.setUTCFullYear(value);
  else date.setUTCMonth(value);
  return date;
}

/** The next `count` times after the end of an axis: by its frequency, or a step apart where it has none. */
export function futureTimes({ unit, values, step, frequency }: TimeAxis, count: number): Float64Array {
  const last = values.at(-1);
  if (frequency && last !== undefined && !(frequency.unit === "row" && unit !== "index")) {
    // month ends are counted from the first row: the last day of February does not tell that of March
    const grid = gridOf(frequency, unit, values[0]!);
    const slot = grid.slotOf(last);
    if (!Number.isNaN(slot)) return Float64Array.from({ length: count }, (_, i) => grid.timeOf(slot + i + 1));
  }
  const from = last ?? -step;
  return Float64Array.from({ length: count }, (_, i) => from + step * (i + 1));
}
