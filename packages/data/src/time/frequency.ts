import { civilDate, dayNumber, monthLength, SECONDS_PER_DAY, weekday } from "./calendar.js";
import type { TimeUnit } from "./time-unit.js";

export const FREQUENCY_UNITS = [
  "row",
  "second",
  "minute",
  "hour",
  "day",
  "business-day",
  "week",
  "month",
  "quarter",
  "year",
] as const;
export type FrequencyUnit = (typeof FREQUENCY_UNITS)[number];

/** How often the rows of a series come: plain data. */
export interface Frequency {
  readonly unit: FrequencyUnit;
  /** Units from one row to the next: 15 with `minute` for quarter-hourly rows. */
  readonly every: number;
  /** For months, quarters and years of dates: the day of the month, its last day, or its last day from Monday to Friday. */
  readonly on?: number | "end" | "business-end";
  /** For weeks: 1 is Monday, 7 Sunday. */
  readonly weekday?: number;
  /** For rows within sessions: the first and the last time of day, in seconds since midnight. */
  readonly session?: readonly [open: number, close: number];
  /** Whether sessions are held from Monday to Friday alone. */
  readonly businessDays?: boolean;
}

/** The regular times of a frequency, numbered by integers. */
export interface Grid {
  /** The number of the slot at a time; NaN for a time between two slots. */
  readonly slotOf: (value: number) => number;
  readonly timeOf: (slot: number) => number;
}

const SECONDS: Readonly<Partial<Record<FrequencyUnit, number>>> = { second: 1, minute: 60, hour: 3600 };
const MONTHS: Readonly<Partial<Record<FrequencyUnit, number>>> = { month: 1, quarter: 3, year: 12 };
const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/** Slots origin + n · step. `tolerance` is a share of a step. */
function linear(origin: number, step: number, tolerance = 1e-6): Grid {
  return {
    slotOf: (value) => {
      const slot = (value - origin) / step;
      const whole = Math.round(slot);
      return Math.abs(slot - whole) <= tolerance ? whole : Number.NaN;
    },
    timeOf: (slot) => origin + slot * step,
  };
}

/** Days from Monday to Friday, in order: 5 a week. Day 4 (1970-01-05) is a Monday. */
function businessDayNumber(day: number): number {
  const week = Math.floor((day - 4) / 7);
  const inWeek = day - 4 - week * 7;
  return inWeek < 5 ? week * 5 + inWeek : Number.NaN;
}

function businessDayOf(number: number): number {
  const week = Math.floor(number / 5);
  return 4 + week * 7 + number - week * 5;
}

function dayInMonth(months: number, on: number | "end" | "business-end"): number {
  const year = 1970 + Math.floor(months / 12);
  const month = (((months % 12) + 12) % 12) + 1;
  const last = monthLength(year, month);
  if (on === "business-end") {
    const day = dayNumber(year, month, last);
    return day - Math.max(0, weekday(day) - 5);
  }
  return dayNumber(year, month, on === "end" ? last : Math.min(on, last));
}

const monthOfDay = (day: number): number => {
  const { year, month } = civilDate(day);
  return (year - 1970) * 12 + month - 1;
};

/** Slots of an axis of days. */
function dayGrid(frequency: Frequency, origin: number): Grid {
  const { unit, every, on } = frequency;
  const months = MONTHS[unit];
  if (months !== undefined) {
    const step = months * every;
    const rule = on ?? civilDate(origin).day;
    const first = monthOfDay(origin);
    return {
      slotOf: (value) => {
        const slot = (monthOfDay(value) - first) / step;
        return Number.isInteger(slot) && dayInMonth(first + slot * step, rule) === value ? slot : Number.NaN;
      },
      timeOf: (slot) => dayInMonth(first + slot * step, rule),
    };
  }
  if (unit === "business-day") {
    const first = businessDayNumber(origin);
    return {
      slotOf: (value) => {
        const slot = (businessDayNumber(value) - first) / every;
        return Number.isInteger(slot) ? slot : Number.NaN;
      },
      timeOf: (slot) => businessDayOf(first + slot * every),
    };
  }
  return linear(origin, unit === "week" ? 7 * every : every);
}

/** Slots within the sessions of days: `perDay` of them from `open` on, `step` seconds apart. */
function sessionGrid(frequency: Frequency, origin: number): Grid {
  const [open, close] = frequency.session!;
  const step = SECONDS[frequency.unit]! * frequency.every;
  const perDay = Math.round((close - open) / step) + 1;
  const days = dayGrid(
    { unit: frequency.businessDays ? "business-day" : "day", every: 1 },
    Math.floor(origin / SECONDS_PER_DAY),
  );
  return {
    slotOf: (value) => {
      const day = Math.floor(value / SECONDS_PER_DAY);
      const inDay = (value - day * SECONDS_PER_DAY - open) / step;
      const slot = Math.round(inDay);
      if (Math.abs(inDay - slot) > 1e-6 || slot < 0 || slot >= perDay) return Number.NaN;
      return days.slotOf(day) * perDay + slot;
    },
    timeOf: (slot) => {
      const day = Math.floor(slot / perDay);
      return days.timeOf(day) * SECONDS_PER_DAY + open + (slot - day * perDay) * step;
    },
  };
}

/**
 * The grid of a frequency through the time `origin` of an axis that counts `unit`.
 * @throws RangeError for a frequency that such an axis cannot have, such as hours of an axis of months.
 */
export function gridOf(frequency: Frequency, unit: TimeUnit, origin: number): Grid {
  const months = MONTHS[frequency.unit];
  const misfit = () =>
    new RangeError(
      `frequency: expected one that fits times counted in ${unit}s, got "${describeFrequency(frequency)}"`,
    );
  if (unit === "index") {
    if (frequency.unit !== "row") throw misfit();
    return linear(origin, frequency.every);
  }
  if (frequency.unit === "row") throw misfit();
  if (unit === "year") {
    if (frequency.unit !== "year") throw misfit();
    return linear(origin, frequency.every);
  }
  if (unit === "month") {
    if (months === undefined) throw misfit();
    return linear(origin, months * frequency.every);
  }
  if (unit === "day") {
    if (SECONDS[frequency.unit] !== undefined) throw misfit();
    return dayGrid(frequency, origin);
  }
  if (frequency.session) return sessionGrid(frequency, origin);
  const seconds = SECONDS[frequency.unit];
  if (seconds !== undefined) return linear(origin, seconds * frequency.every, 1e-3);
  const day = Math.floor(origin / SECONDS_PER_DAY);
  const clock = origin - day * SECONDS_PER_DAY;
  const days = dayGrid(frequency, day);
  return {
    slotOf: (value) => days.slotOf((value - clock) / SECONDS_PER_DAY),
    timeOf: (slot) => days.timeOf(slot) * SECONDS_PER_DAY + clock,
  };
}

/** A frequency in words: `month`, `month end`, `15 minutes`, `week (Sunday)`, `30 minutes from 09:30 to 16:00, Monday to Friday`. */
export function describeFrequency({ unit, every, on, weekday, session, businessDays }: Frequency): string {
  const name = unit.replace("-", " ");
  let words = every === 1 ? name : `${every} ${name}s`;
  if (on === "end") words += " end";
  else if (on === "business-end") words += " end (last business day)";
  else if (on !== undefined && on !== 1) words += ` (day ${on})`;
  if (weekday !== undefined) words += ` (${WEEKDAYS[weekday - 1]})`;
  if (session) words += ` from ${clockText(session[0])} to ${clockText(session[1])}`;
  if (businessDays) words += ", Monday to Friday";
  return words;
}

function clockText(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  const two = (n: number) => String(n).padStart(2, "0");
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

const NAMES: Readonly<Record<string, FrequencyUnit>> = {
  ...Object.fromEntries(
    FREQUENCY_UNITS.flatMap((unit) => [
      [unit, unit],
      [`${unit}s`, unit],
    ]),
  ),
  min: "minute",
  h: "hour",
  s: "second",
  hourly: "hour",
  daily: "day",
  weekly: "week",
  monthly: "month",
  quarterly: "quarter",
  yearly: "year",
  annual: "year",
  none: "row",
};

/**
 * Reads the name of a frequency: a unit, after a count where it is not 1 (`15 minutes`, `2 weeks`), and `-end` after month, quarter
 * or year for dates at their last day. `row` takes the rows as equally spaced, whatever their times.
 * @throws RangeError for another name.
 */
export function parseFrequency(text: string): Frequency {
  const match = /^\s*(\d+)?\s*[- ]?\s*([a-z-]+?)(-end)?\s*$/i.exec(text);
  const unit = match ? NAMES[match[2]!.toLowerCase()] : undefined;
  const every = Number(match?.[1] ?? 1);
  const end = match?.[3] !== undefined;
  if (!unit || every < 1 || (end && MONTHS[unit] === undefined)) {
    throw new RangeError(
      `frequency: expected ${FREQUENCY_UNITS.join(", ")}, month-end, or a count of them such as "15 minutes", got "${text}"`,
    );
  }
  return end ? { unit, every, on: "end" } : { unit, every };
}

/** Rows in a season of a frequency, 1 for none: 12 months, 4 quarters, 52 weeks, 7 days, 5 business days, 24 hours, 96 quarter-hours. */
export function seasonLength({ unit, every, session }: Frequency): number {
  if (session) return Math.round((session[1] - session[0]) / (SECONDS[unit]! * every)) + 1;
  const periods: Partial<Record<FrequencyUnit, number>> = {
    second: 60,
    minute: every === 1 ? 60 : 1440,
    hour: 24,
    day: 7,
    "business-day": 5,
    week: 52,
    month: 12,
    quarter: 4,
  };
  const rows = (periods[unit] ?? 1) / every;
  return Number.isInteger(rows) && rows > 1 ? rows : 1;
}
