import { expectOneOf } from "@sluice/kernel-wasm/checks";
import { cos, sin } from "@sluice/kernel-wasm/math";
import type { Column } from "../series/series.js";
import { civilDate, dayNumber, isLeapYear, SECONDS_PER_DAY, weekday } from "../time/calendar.js";
import type { TimeAxis } from "../time/time.js";

export const CALENDAR_FEATURES = ["hour", "weekday", "day", "week", "month"] as const;
export type CalendarFeature = (typeof CALENDAR_FEATURES)[number];

export const ENCODINGS = ["cyclic", "one-hot"] as const;

interface CalendarPosition {
  /** 0 … count − 1 */
  readonly index: number;
  readonly count: number;
  /** The share of the cycle that has passed, 0 … 1. */
  readonly share: number;
}

/**
 * Features of a calendar for each time of an axis, known for the future, too. `cyclic` gives the sine and the cosine of the share of the
 * cycle that has passed; `one-hot` a column of 0 and 1 for each hour (24), weekday (7, from Monday), day (31), week (53) or month (12).
 * @throws RangeError for an axis without a calendar, or an hour of an axis of days.
 */
export function calendarFeatures(
  { unit, values }: Pick<TimeAxis, "unit" | "values">,
  features: readonly CalendarFeature[],
  encoding: (typeof ENCODINGS)[number] = "cyclic",
): Column[] {
  expectOneOf("encoding", encoding, ENCODINGS);
  return features.flatMap((feature) => {
    expectOneOf("feature", feature, CALENDAR_FEATURES);
    const fits =
      unit === "second" || (unit === "day" && feature !== "hour") || (unit === "month" && feature === "month");
    if (!fits) throw new RangeError(`feature: expected one that times counted in ${unit}s have, got "${feature}"`);
    const positions = Array.from(values, (value) => positionOf(feature, unit, value));
    if (encoding === "one-hot") {
      const { count } = positions[0] ?? { count: 0 };
      return Array.from({ length: count }, (_, k) => ({
        name: `${feature}_${feature === "hour" ? k : k + 1}`,
        values: Float64Array.from(positions, ({ index }) => (index === k ? 1 : 0)),
      }));
    }
    const wave = (of: (x: number) => number) => Float64Array.from(positions, ({ share }) => of(2 * Math.PI * share));
    return [
      { name: `${feature}_sin`, values: wave(sin) },
      { name: `${feature}_cos`, values: wave(cos) },
    ];
  });
}

function positionOf(feature: CalendarFeature, unit: TimeAxis["unit"], value: number): CalendarPosition {
  const at = (index: number, count: number, share = index / count) => ({ index, count, share });
  if (unit === "month") return at(((value % 12) + 12) % 12, 12);
  const day = unit === "second" ? Math.floor(value / SECONDS_PER_DAY) : value;
  if (feature === "hour") {
    const clock = value - day * SECONDS_PER_DAY;
    return at(Math.floor(clock / 3600), 24, clock / SECONDS_PER_DAY);
  }
  if (feature === "weekday") return at(weekday(day) - 1, 7);
  const { year, month, day: dayOfMonth } = civilDate(day);
  if (feature === "day") return at(dayOfMonth - 1, 31);
  if (feature === "month") return at(month - 1, 12);
  const dayOfYear = day - dayNumber(year, 1, 1);
  return at(Math.floor(dayOfYear / 7), 53, dayOfYear / (isLeapYear(year) ? 366 : 365));
}

/**
 * Fourier terms of a season: sine and cosine of 2π k t / period for k = 1 … terms and t = start … start + length − 1.
 * They describe a season too long for differences in few columns.
 */
export function fourierTerms({
  period,
  terms,
  length,
  start = 0,
}: {
  readonly period: number;
  readonly terms: number;
  readonly length: number;
  readonly start?: number;
}): Column[] {
  if (!(period > 1)) throw new RangeError(`period: expected a number above 1, got ${period}`);
  if (!Number.isInteger(terms) || terms < 1 || 2 * terms > period) {
    throw new RangeError(`terms: expected an integer from 1 to half the period of ${period}, got ${terms}`);
  }
  return Array.from({ length: terms }, (_, i) => i + 1).flatMap((k) => {
    // the remainder first, so that far times lose no digits
    const wave = (of: (x: number) => number) =>
      Float64Array.from({ length }, (_, t) => of((2 * Math.PI * ((k * (start + t)) % period)) / period));
    return [
      { name: `season_${period}_sin_${k}`, values: wave(sin) },
      { name: `season_${period}_cos_${k}`, values: wave(cos) },
    ];
  });
}
