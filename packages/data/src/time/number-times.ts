import { dayNumber, isLeapYear, monthNumber, SECONDS_PER_DAY } from "./calendar.js";
import type { TimeUnit } from "./time-unit.js";

/** Times that are written as numbers. */
export interface NumberTimes {
  readonly unit: TimeUnit;
  readonly values: Float64Array;
  readonly form:
    | "yyyyMMdd"
    | "yyyyMM"
    | "yyyy"
    | "decimal years"
    | "yyyy.MM"
    | "Unix seconds"
    | "Unix milliseconds"
    | "spreadsheet days"
    | "index";
}

const DATE_NAME = /date|time|datum|day|period|month|fecha|timestamp|^ds$|^ts$|^dt$|epoch|unix/i;
const YEAR_NAME = /^(year|yr|years|jahr|année|annee|año|ano|anno|jaar|rok)$/i;

/** Whether a name says that a column holds dates or times. */
export const isTimeName = (name: string): boolean => DATE_NAME.test(name) || YEAR_NAME.test(name);

/**
 * Reads numbers as times, where all of them are dates in digits (20230131, 202301), years, decimal years, Unix or spreadsheet times
 * or a running index. NaN stands for an empty cell. Undefined for numbers that are none of these.
 */
export function numberTimes(name: string, numbers: Float64Array, position: number): NumberTimes | undefined {
  const known = numbers.filter((value) => !Number.isNaN(value));
  if (known.length === 0) return undefined;
  if (!known.every(Number.isInteger)) return decimalYears(known, numbers, name);
  const [low, high] = range(known);
  const map = (unit: TimeUnit, form: NumberTimes["form"], read: (value: number) => number) => ({
    unit,
    form,
    values: numbers.map(read),
  });
  if (low >= 1000_01_01 && high < 3000_00_00 && known.every((value) => !Number.isNaN(compactDay(value))))
    return map("day", "yyyyMMdd", compactDay);
  if (low >= 1500_01 && high <= 2500_12 && known.every((value) => value % 100 >= 1 && value % 100 <= 12)) {
    // six digits could be an amount: its name, or its order, must speak for months
    if (isTimeName(name) || isMonotone(known))
      return map("month", "yyyyMM", (value) => monthNumber(Math.floor(value / 100), value % 100));
  }
  if (
    low >= 1000 &&
    high < 3000 &&
    (YEAR_NAME.test(name) || /year/i.test(name) || (isMonotone(known) && (position === 0 || isTimeName(name))))
  ) {
    return map("year", "yyyy", (value) => value);
  }
  if (isTimeName(name) || position === 0) {
    if (low >= 3e8 && high < 5e9 && isMonotone(known)) return ofSeconds(numbers, 1, "Unix seconds");
    if (low >= 3e11 && high < 5e12 && isMonotone(known)) return ofSeconds(numbers, 1000, "Unix milliseconds");
    if (low >= 20_000 && high < 80_000 && /date|datum|fecha/i.test(name))
      return map("day", "spreadsheet days", (value) => value - 25_569);
  }
  if (!isMonotone(known)) return undefined;
  return { unit: "index", form: "index", values: numbers };
}

function compactDay(value: number): number {
  return dayNumber(Math.floor(value / 10_000), Math.floor(value / 100) % 100, value % 100);
}

function ofSeconds(numbers: Float64Array, scale: number, form: NumberTimes["form"]): NumberTimes {
  const values = numbers.map((value) => value / scale);
  if (values.every((value) => Number.isNaN(value) || value % SECONDS_PER_DAY === 0)) {
    return { unit: "day", form, values: values.map((value) => value / SECONDS_PER_DAY) };
  }
  return { unit: "second", form, values };
}

/** Years with a fraction: of months (1958.2027), quarters (1960.25), weeks or days; or 1960.01 … 1960.12 for months. */
function decimalYears(known: Float64Array, numbers: Float64Array, name: string): NumberTimes | undefined {
  const [low, high] = range(known);
  if (low < 1000 || high >= 3000 || known.length < 3 || !isMonotone(known)) return undefined;
  const isConsecutive = (values: Float64Array) => {
    const distances = new Map<number, number>();
    for (let i = 1; i < values.length; i++) {
      const distance = Math.abs(values[i]! - values[i - 1]!);
      distances.set(distance, (distances.get(distance) ?? 0) + 1);
    }
    const [usual] = [...distances].sort((a, b) => b[1] - a[1]);
    return usual !== undefined && usual[0] > 0 && !distances.has(0) && usual[1] * 10 >= 9 * (values.length - 1);
  };
  const digits = (value: number) => Math.round((value - Math.floor(value)) * 100);
  const exact = (value: number) => Math.abs((value - Math.floor(value)) * 100 - digits(value)) < 1e-6;
  if (known.every((value) => exact(value) && digits(value) >= 1 && digits(value) <= 12)) {
    const months = (value: number) => monthNumber(Math.floor(value), digits(value));
    if (isConsecutive(known.map(months))) return { unit: "month", form: "yyyy.MM", values: numbers.map(months) };
  }
  // a twelfth, rounded to the nearest or to the middle of the month
  const month = (value: number) => Math.floor((value - 1970) * 12 + 0.05);
  if (isConsecutive(known.map(month))) return { unit: "month", form: "decimal years", values: numbers.map(month) };
  const day = (value: number) => {
    const year = Math.floor(value);
    return dayNumber(year, 1, 1) + Math.floor((value - year) * (isLeapYear(year) ? 366 : 365) + 0.05);
  };
  const days = known.map(day);
  for (const step of [1, 7]) {
    const snapped = (value: number) => days[0]! + Math.round((day(value) - days[0]!) / step) * step;
    if (
      known.every((value) => Math.abs(snapped(value) - day(value)) <= step / 3) &&
      isConsecutive(known.map(snapped))
    ) {
      return { unit: "day", form: "decimal years", values: numbers.map(snapped) };
    }
  }
  return isTimeName(name) || /decimal/i.test(name)
    ? { unit: "day", form: "decimal years", values: numbers.map(day) }
    : undefined;
}

function range(values: Float64Array): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

/** Whether values hardly ever fall, or hardly ever rise; repetitions count as neither. */
export function isMonotone(values: Float64Array): boolean {
  let rises = 0;
  let falls = 0;
  for (let i = 1; i < values.length; i++) {
    if (values[i]! > values[i - 1]!) rises++;
    else if (values[i]! < values[i - 1]!) falls++;
  }
  return Math.min(rises, falls) * 10 <= rises + falls;
}
