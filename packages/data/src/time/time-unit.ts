export const TIME_UNITS = ["index", "year", "month", "day", "second"] as const;

/** What one count of a time axis is. */
export type TimeUnit = (typeof TIME_UNITS)[number];
