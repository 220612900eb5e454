/** Rows of small files that tests read. */

export const pad = (n: number) => String(n).padStart(2, "0");

const isoDay = (day: Date) => day.toISOString().slice(0, 10);

/** ISO dates of `count` days from a first one on. */
export const days = (count: number, first = "2023-01-01"): string[] =>
  Array.from({ length: count }, (_, i) => isoDay(new Date(Date.parse(first) + i * 86_400_000)));

export const months = (count: number, year = 2013): { year: number; month: number }[] =>
  Array.from({ length: count }, (_, i) => ({ year: year + Math.floor(i / 12), month: (i % 12) + 1 }));

export const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** A value of row i with two decimals. */
export const value = (i: number) => (10 + i / 2 + (i % 7)).toFixed(2);

/** A file with a header and rows of a first cell and a value. */
export const file = (header: string, cells: readonly string[], delimiter = ","): string =>
  `${[header, ...cells.map((cell, i) => `${cell}${delimiter}${value(i)}`)].join("\n")}\n`;

export const weekdayOf = (day: string) => new Date(day).getUTCDay();
