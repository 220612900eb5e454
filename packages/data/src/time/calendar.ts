/** The proleptic Gregorian calendar in whole days since 1970-01-01. */

export const SECONDS_PER_DAY = 86_400;

export interface CivilDate {
  readonly year: number;
  /** 1 … 12 */
  readonly month: number;
  /** 1 … 31 */
  readonly day: number;
}

const LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

export function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** The number of days of a month, 1 … 12. */
export function monthLength(year: number, month: number): number {
  return month === 2 && isLeapYear(year) ? 29 : LENGTHS[month - 1]!;
}

/**
 * Days since 1970-01-01, or NaN for a date that does not exist.
 * Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil.
 */
export function dayNumber(year: number, month: number, day: number): number {
  if (month < 1 || month > 12 || day < 1 || (day > 28 && day > monthLength(year, month))) return Number.NaN;
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1; // from March 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** The date of a day number; the source's civil_from_days. */
export function civilDate(dayNumber: number): CivilDate {
  const shifted = Math.floor(dayNumber) + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153); // 0 is March
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1,
  };
}

/** The day of the week of a day number: 1 is Monday, 7 Sunday. */
export function weekday(dayNumber: number): number {
  return ((((Math.floor(dayNumber) + 3) % 7) + 7) % 7) + 1;
}

/** Months since 1970-01. */
export function monthNumber(year: number, month: number): number {
  return (year - 1970) * 12 + month - 1;
}

/** The Monday of an ISO 8601 week, as a day number; NaN for a week that the year does not have. */
export function isoWeekStart(year: number, week: number): number {
  const fourth = dayNumber(year, 1, 4); // January 4 is always in week 1
  const first = fourth - weekday(fourth) + 1;
  const start = first + (week - 1) * 7;
  // a week belongs to the year of its Thursday
  return week >= 1 && civilDate(start + 3).year === year ? start : Number.NaN;
}
