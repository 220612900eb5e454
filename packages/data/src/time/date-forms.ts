import { type DatePattern, datePattern } from "./date-pattern.js";

/** The forms of dates that are recognized without being named, as LDML patterns. Those of one line can fit the same text. */
const DATE_FORMS = [
  ["yyyy-M-d"],
  ["yyyy/M/d"],
  ["yyyy.M.d"],
  ["yyyyMMdd"],
  ["d/M/yyyy", "M/d/yyyy"],
  ["d-M-yyyy", "M-d-yyyy"],
  ["d.M.yyyy", "M.d.yyyy"],
  ["d/M/yy", "M/d/yy", "yy/M/d"],
  ["d-M-yy", "M-d-yy", "yy-M-d"],
  ["d.M.yy", "M.d.yy"],
  ["d MMM yyyy"],
  ["d MMM yy"],
  ["d-MMM-yyyy"],
  ["d-MMM-yy"],
  ["d/MMM/yyyy"],
  ["d. MMM yyyy"],
  ["dMMMyyyy"],
  ["MMM d, yyyy"],
  ["MMM d yyyy"],
  ["EEE, d MMM yyyy"],
  ["EEE d MMM yyyy"],
  ["EEE, MMM d, yyyy"],
  ["EEE MMM d yyyy"],
  ["yyyy MMM d"],
  ["yyyy-MMM-d"],
  ["MMM yyyy"],
  ["MMM, yyyy"],
  ["MMM-yyyy"],
  ["MMM/yyyy"],
  ["MMMyyyy"],
  ["MMM-yy"],
  ["MMM yy"],
  ["MMM/yy"],
  ["yyyy MMM"],
  ["yyyy-MMM"],
  ["yyyyMMM"],
  ["yyyy-M"],
  ["yyyy/M"],
  ["M/yyyy"],
  ["M-yyyy"],
  ["M.yyyy"],
  ["yyyy'M'M"],
  ["yyyy-'M'M"],
  ["yyyy:M"],
  ["yyyyQQQ"],
  ["yyyy-QQQ"],
  ["yyyy QQQ"],
  ["yyyy:QQQ"],
  ["yyyy.QQQ"],
  ["QQQ yyyy"],
  ["QQQ-yyyy"],
  ["QQQ/yyyy"],
  ["QQQyyyy"],
  ["QQQ yy"],
  ["QQQ-yy"],
  ["Q'Q'yyyy"],
  ["Q'Q'yy"],
  ["Q'Q' yyyy"],
  ["YYYY-'W'ww-e"],
  ["YYYY-'W'w"],
  ["YYYY'W'w"],
  ["YYYY 'W'w"],
  ["'W'w YYYY"],
  ["'W'w-YYYY"],
  ["YYYY 'week' w"],
  ["yyyy-DDD"],
] as const;

/** Forms with a year of two digits in front, which are taken only where no other form fits. */
export const RARE_FORM = /^yy[-/]/;

/** A time of day, with what parts it from the date before it. */
const CLOCK =
  /(^|T|,?\s+|:)(\d{1,2}):(\d{2})(?::(\d{2})(?:([.,])(\d+))?)?(\s*)([ap]\.?m\.?)?(\s*)(Z|UTC|GMT|[+\-\u2212]\d{2}(?::?\d{2})?)?$/i;
/** An hour alone, such as 1 AM. */
const HOUR = /(^|T|,?\s+)(\d{1,2})(\s*)([ap]\.?m\.?)$/i;

const compiled = new Map<string, DatePattern>();

function compile(text: string): DatePattern {
  const known = compiled.get(text);
  if (known) return known;
  const pattern = datePattern(text);
  compiled.set(text, pattern);
  return pattern;
}

/** Splits a text into its date and the pattern of its time of day, "" where there is none. */
function splitClock(text: string): { date: string; clock: string } {
  const match = CLOCK.exec(text);
  const joiner = (mark: string) => (mark.toUpperCase() === "T" ? "'T'" : mark.replace(/\s+/, " "));
  if (match) {
    const [, join = "", , , second, point, , space = "", period, gap = "", zone] = match;
    const seconds = second === undefined ? "" : `:ss${point === undefined ? "" : `${point}SSS`}`;
    const hours = period === undefined ? "H:mm" : "h:mm";
    return {
      date: text.slice(0, match.index),
      clock: `${joiner(join)}${hours}${seconds}${period ? `${space && " "}a` : ""}${zone ? `${(period ? gap : space + gap) && " "}X` : ""}`,
    };
  }
  const hour = HOUR.exec(text);
  if (!hour) return { date: text, clock: "" };
  return { date: text.slice(0, hour.index), clock: `${joiner(hour[1]!)}h${hour[3] && " "}a` };
}

/** The recognized patterns that read a text, none where it has no form of a date. */
export function formsOf(text: string): DatePattern[] {
  const { date, clock } = splitClock(text);
  const patterns = date === "" ? (clock === "" ? [] : [clock]) : DATE_FORMS.flat().map((form) => form + clock);
  if (text.length > 40) return [];
  return patterns.map(compile).filter((pattern) => pattern.parse(text) !== undefined);
}

const MONTH_NAME = /(?:^|[^a-z])(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?(?:[^a-z]|$)/i;
const DATE_SHAPE =
  /^\D{0,12}\d{1,4}([-/.:\s])\s*\d{1,2}\1\s*\d{1,4}(\D|$)|\d{1,2}:\d{2}|^\d{4}\s*[-:/ ]?\s*[A-Za-z]{1,7}\s*\d{1,2}$|^\d{4}[-/]\d{1,2}$|^(q|w)\d{1,2}[-/ ]?\d{2,4}$/i;

/** A day, a word and a year, or a word and a year: months of any language. */
const WORD_DATE = /^\d{1,2}\.?[\s\-/]+\p{L}{3,12}\.?[\s\-/,]+\d{2,4}$|^\p{L}{3,12}\.?[\s\-/]+(19|20)\d{2}$/u;

/** Whether a text looks like a date or a time of day, understood or not. */
export function looksLikeDate(text: string): boolean {
  if (text.length > 40 || !/\d/.test(text)) return false;
  return DATE_SHAPE.test(text) || MONTH_NAME.test(text) || WORD_DATE.test(text);
}
