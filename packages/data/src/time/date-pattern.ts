import { dayNumber, isoWeekStart, monthNumber, SECONDS_PER_DAY } from "./calendar.js";

/**
 * A time as a pattern reads it. `unit` is that of a time axis, or `clock`: seconds since midnight without a date.
 * `value` is in local time; `offset` is the seconds that it is ahead of UTC, NaN without a zone.
 */
export interface PatternTime {
  readonly unit: "year" | "month" | "day" | "second" | "clock";
  readonly value: number;
  readonly offset: number;
}

export interface DatePattern {
  /** The pattern's text, such as dd/MM/yyyy. */
  readonly text: string;
  readonly parse: (cell: string) => PatternTime | undefined;
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const LONG_MONTHS = `january|february|march|april|may|june|july|august|september|october|november|december|sept|${MONTHS.join("|")}`;
const WEEKDAYS = "(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?";

type Field =
  | "year"
  | "shortYear"
  | "quarter"
  | "month"
  | "monthName"
  | "week"
  | "weekday"
  | "day"
  | "dayOfYear"
  | "hour"
  | "hour12"
  | "minute"
  | "second"
  | "fraction"
  | "period"
  | "zone";

/** A letter of LDML: the field that it fills and the expression that matches it. `abutting`: another number follows at once. */
function fieldOf(letter: string, count: number, abutting: boolean): [Field | undefined, string] | undefined {
  const number = count >= 2 && abutting ? `\\d{${count}}` : "\\d{1,2}";
  switch (letter) {
    case "y":
    case "u":
    case "Y":
      return count === 2 ? ["shortYear", "\\d{2}"] : ["year", "\\d{4}"];
    case "Q":
    case "q":
      return ["quarter", count < 3 ? "0?[1-4]" : "(?:Q|q)[1-4]"];
    case "M":
    case "L":
      return count < 3 ? ["month", number] : ["monthName", `(?:${LONG_MONTHS})\\.?`];
    case "w":
      return ["week", number];
    case "e":
    case "c":
      return count < 3 ? ["weekday", "[1-7]"] : [undefined, WEEKDAYS];
    case "E":
      return [undefined, `${WEEKDAYS}\\.?`];
    case "d":
      return ["day", number];
    case "D":
      return ["dayOfYear", abutting || count === 3 ? "\\d{3}" : "\\d{1,3}"];
    case "H":
      return ["hour", number];
    case "h":
      return ["hour12", number];
    case "m":
      return ["minute", number];
    case "s":
      return ["second", number];
    case "S":
      return ["fraction", "\\d+"];
    case "a":
      return ["period", "[ap]\\.?m\\.?"];
    case "X":
    case "x":
    case "Z":
    case "z":
      return ["zone", "Z|UTC|GMT|[+\\-\u2212]\\d{2}(?::?\\d{2})?"];
    default:
      return undefined;
  }
}

const TOKENS = /'(?:[^']|'')*'|([a-zA-Z])\1*|[^a-zA-Z']+/g;

/**
 * Compiles a date pattern of Unicode's LDML (UTS 35, "Date Format Patterns"): y, Q, M, w, e, d, D, E, H, h, m, s, S, a and X, text in
 * single quotes. Numbers may lack their leading zero where no other number follows at once; names are English and in any case; years of
 * two digits are 1969 … 2068. Weeks are those of ISO 8601.
 * @throws RangeError for a letter that is none of these, or a pattern without a year that is not a time of day.
 */
export function datePattern(text: string): DatePattern {
  const fields: Field[] = [];
  const tokens = text.match(TOKENS) ?? [];
  if (text === "" || tokens.join("") !== text)
    throw new RangeError(`date format: expected a pattern such as dd/MM/yyyy, got "${text}"`);
  const isLetter = (token: string | undefined) => token !== undefined && /^[a-zA-Z]/.test(token);
  const source = tokens.map((token, i) => {
    if (!isLetter(token)) {
      const literal = token.startsWith("'") ? token.slice(1, -1).replaceAll("''", "'") || "'" : token;
      return literal.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&").replace(/\s+/g, "\\s+");
    }
    const abutting = isLetter(tokens[i + 1]) || isLetter(tokens[i - 1]);
    const field = fieldOf(token[0]!, token.length, abutting);
    if (!field) {
      throw new RangeError(
        `date format: "${token[0]}" in "${text}" is not supported; the letters are y Q M w e d D E H h m s S a X, other text stands in '…'`,
      );
    }
    if (field[0] === undefined) return `(?:${field[1]})`;
    fields.push(field[0]);
    return `(${field[1]})`;
  });
  checkFields(text, fields);
  const expression = new RegExp(`^${source.join("")}$`, "i");
  return {
    text,
    parse: (cell) => {
      const match = expression.exec(cell);
      return match ? timeOf(fields, match) : undefined;
    },
  };
}

function checkFields(text: string, fields: readonly Field[]): void {
  const has = (...names: Field[]) => names.some((name) => fields.includes(name));
  if (!has("hour", "hour12") && has("minute", "second")) {
    throw new RangeError(`date format: expected an hour (H or h) in "${text}"`);
  }
  if (has("hour12") && !has("period"))
    throw new RangeError(`date format: expected AM or PM (a) with h in "${text}"; H counts 0 … 23`);
  const isClock =
    has("hour", "hour12") && !has("year", "shortYear", "month", "monthName", "day", "week", "quarter", "dayOfYear");
  if (!isClock && !has("year", "shortYear"))
    throw new RangeError(`date format: expected a year (yyyy or yy) in "${text}"`);
  if (has("day") && !has("month", "monthName"))
    throw new RangeError(`date format: expected a month (M) in "${text}"`);
}

function timeOf(fields: readonly Field[], match: RegExpExecArray): PatternTime | undefined {
  let year = Number.NaN;
  let month = 0;
  let day = 0;
  let week = 0;
  let weekday = 1;
  let dayOfYear = 0;
  let hour = -1;
  let minute = 0;
  let second = 0;
  let shift = -1; // hours that AM or PM adds
  let offset = Number.NaN;
  for (let i = 0; i < fields.length; i++) {
    const part = match[i + 1]!;
    switch (fields[i]!) {
      case "year":
        year = Number(part);
        break;
      case "shortYear":
        year = Number(part) + (Number(part) < 69 ? 2000 : 1900); // as POSIX
        break;
      case "quarter":
        month = (Number(part.at(-1)) - 1) * 3 + 1;
        break;
      case "month":
        month = Number(part);
        if (month === 0) return undefined;
        break;
      case "monthName":
        month = MONTHS.indexOf(part.slice(0, 3).toLowerCase()) + 1;
        break;
      case "week":
        week = Number(part);
        if (week === 0) return undefined;
        break;
      case "weekday":
        weekday = Number(part);
        break;
      case "day":
        day = Number(part);
        if (day === 0) return undefined;
        break;
      case "dayOfYear":
        dayOfYear = Number(part);
        if (dayOfYear === 0) return undefined;
        break;
      case "hour":
        hour = Number(part);
        break;
      case "hour12":
        hour = Number(part) % 12;
        if (Number(part) < 1 || Number(part) > 12) return undefined;
        break;
      case "minute":
        minute = Number(part);
        break;
      case "second":
        second += Number(part);
        break;
      case "fraction":
        second += Number(`0.${part}`);
        break;
      case "period":
        shift = /^p/i.test(part) ? 12 : 0;
        break;
      case "zone":
        offset = zoneOffset(part);
        break;
    }
  }
  if (shift > 0) hour += hour < 12 ? shift : 0;
  if (hour > 23 || minute > 59 || second >= 60) return undefined;
  const clock = hour < 0 ? 0 : hour * 3600 + minute * 60 + second;
  if (Number.isNaN(year)) return { unit: "clock", value: clock, offset };
  let days: number;
  if (week > 0) {
    const start = isoWeekStart(year, week);
    if (Number.isNaN(start)) return undefined;
    days = start + weekday - 1;
  } else if (dayOfYear > 0) {
    days = dayNumber(year, 1, 1) + dayOfYear - 1;
    if (days >= dayNumber(year + 1, 1, 1)) return undefined;
  } else if (day > 0) days = dayNumber(year, month, day);
  else if (month > 12) return undefined;
  else if (hour < 0)
    return month > 0
      ? { unit: "month", value: monthNumber(year, month), offset }
      : { unit: "year", value: year, offset };
  else days = dayNumber(year, month || 1, 1);
  if (Number.isNaN(days)) return undefined;
  return hour < 0
    ? { unit: "day", value: days, offset }
    : { unit: "second", value: days * SECONDS_PER_DAY + clock, offset };
}

function zoneOffset(zone: string): number {
  if (/^[a-z]/i.test(zone)) return 0;
  const sign = zone.startsWith("+") ? 1 : -1;
  const digits = zone.slice(1).replace(":", "").padEnd(4, "0");
  return sign * (Number(digits.slice(0, 2)) * 3600 + Number(digits.slice(2)) * 60);
}
