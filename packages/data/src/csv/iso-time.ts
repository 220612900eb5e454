import { dayNumber } from "../time/calendar.js";

const HYPHEN = 45;
const PLUS = 43;
const DOT = 46;
const COMMA = 44;
const COLON = 58;
const LETTER_T = 84;
const LETTER_Z = 90;
const SPACE = 32;

/** What an ISO 8601 text counts. */
export const ISO_KINDS = ["month", "day", "second"] as const;
export type IsoKind = (typeof ISO_KINDS)[number];

/** The result of `parseIso`: reused from call to call, so that a column of times allocates nothing. */
export interface IsoTime {
  kind: IsoKind;
  /** Months since 1970-01, days since 1970-01-01, or seconds since 1970-01-01T00:00 in local time. */
  value: number;
  /** Seconds that local time is ahead of UTC; NaN where the text has no zone. */
  offset: number;
}

function twoDigits(bytes: Uint8Array, at: number): number {
  const high = bytes[at]! - 48;
  const low = bytes[at + 1]! - 48;
  return high >= 0 && high <= 9 && low >= 0 && low <= 9 ? high * 10 + low : Number.NaN;
}

/**
 * Reads 2001-02, 2001-02-03 or 2001-02-03T04:05[:06[.7]][Z|±hh[:mm]] from bytes [from, to), a space allowed for the T.
 * Returns false where the bytes are anything else or a time that does not exist.
 */
export function parseIso(bytes: Uint8Array, from: number, to: number, out: IsoTime): boolean {
  const length = to - from;
  if (length < 7 || bytes[from + 4] !== HYPHEN) return false;
  const year = twoDigits(bytes, from) * 100 + twoDigits(bytes, from + 2);
  const month = twoDigits(bytes, from + 5);
  if (length === 7) {
    out.kind = "month";
    out.value = (year - 1970) * 12 + month - 1;
    return month >= 1 && month <= 12 && year >= 0;
  }
  if (bytes[from + 7] !== HYPHEN || length < 10) return false;
  const day = dayNumber(year, month, twoDigits(bytes, from + 8));
  if (Number.isNaN(day)) return false;
  if (length === 10) {
    out.kind = "day";
    out.value = day;
    return true;
  }
  const separator = bytes[from + 10];
  if ((separator !== LETTER_T && separator !== SPACE) || length < 16 || bytes[from + 13] !== COLON) return false;
  const hour = twoDigits(bytes, from + 11);
  const minute = twoDigits(bytes, from + 14);
  let second = 0;
  let at = from + 16;
  if (at < to && bytes[at] === COLON) {
    if (at + 3 > to) return false;
    second = twoDigits(bytes, at + 1);
    at += 3;
    if (at < to && (bytes[at] === DOT || bytes[at] === COMMA)) {
      let scale = 1;
      let fraction = 0;
      const first = ++at;
      for (; at < to && bytes[at]! >= 48 && bytes[at]! <= 57; at++) {
        if (at - first >= 9) continue; // beyond nanoseconds
        fraction = fraction * 10 + bytes[at]! - 48;
        scale *= 10;
      }
      if (at === first) return false;
      second += fraction / scale;
    }
  }
  if (!(hour <= 23 && minute <= 59 && second < 60)) return false;
  out.kind = "second";
  out.value = day * 86_400 + hour * 3600 + minute * 60 + second;
  out.offset = Number.NaN;
  return at === to || parseZone(bytes, at, to, out);
}

function parseZone(bytes: Uint8Array, from: number, to: number, out: IsoTime): boolean {
  if (bytes[from] === LETTER_Z) {
    out.offset = 0;
    return from + 1 === to;
  }
  const sign = bytes[from];
  if (sign !== PLUS && sign !== HYPHEN) return false;
  const hours = twoDigits(bytes, from + 1);
  let at = from + 3;
  let minutes = 0;
  if (at < to) {
    if (bytes[at] === COLON) at++;
    if (at + 2 !== to) return false;
    minutes = twoDigits(bytes, at);
    at += 2;
  }
  if (at !== to || !(hours <= 23 && minutes <= 59)) return false;
  out.offset = (sign === HYPHEN ? -60 : 60) * (hours * 60 + minutes);
  return true;
}
