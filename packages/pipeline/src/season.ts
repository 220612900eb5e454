import type { TimeAxis, TimeUnit } from "@sluice/data";

/** Rows in a season, by the unit of time and the usual distance of two rows. */
const SEASONS: Readonly<Partial<Record<TimeUnit, Readonly<Record<number, number>>>>> = {
  month: { 1: 12, 3: 4 },
  day: { 1: 7, 7: 52 },
  second: { 60: 60, 900: 96, 1800: 48, 3600: 24 },
};

/** The season that the calendar gives rows at such a distance, 1 for none: monthly rows have 12, weekly 52, daily 7, hourly 24. */
export function seasonOf(time: Pick<TimeAxis, "unit" | "step">): number {
  return SEASONS[time.unit]?.[time.step] ?? 1;
}
