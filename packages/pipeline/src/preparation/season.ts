import type { TimeAxis, TimeUnit } from "@sluice/data";

/** Rows per season, by the unit of time and the usual step. */
const SEASONS: Readonly<Partial<Record<TimeUnit, Readonly<Record<number, number>>>>> = {
  month: { 1: 12, 3: 4 },
  day: { 1: 7, 7: 52 },
  second: { 60: 60, 900: 96, 1800: 48, 3600: 24 },
};

/** The season that is usual for a time step, 1 for none: 12 for months, 52 for weeks, 7 for days, 24 for hours. */
export function seasonOf(time: Pick<TimeAxis, "unit" | "step">): number {
  return SEASONS[time.unit]?.[time.step] ?? 1;
}
