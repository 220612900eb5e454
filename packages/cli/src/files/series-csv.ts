import { formatTime, type Series } from "@sluice/data";

/**
 * A series as CSV: a column of times, then the others; an empty cell for a missing value. Reading the numbers gives the same bits.
 * A spreadsheet does not run a name as a formula: one that begins like a formula gets an apostrophe in front.
 */
export function seriesCsv({ time, columns }: Series): string {
  const header = [time.name || "t", ...columns.map((column) => column.name)].map(headerCell).join(",");
  const rows = Array.from(time.values, (t, i) =>
    [
      formatTime(time.unit, t),
      ...columns.map(({ values }) => (Number.isNaN(values[i]!) ? "" : String(values[i]!))),
    ].join(","),
  );
  return `${[header, ...rows].join("\n")}\n`;
}

/** How a cell that spreadsheets take for a formula begins (OWASP, CSV injection), full-width signs included. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

function headerCell(name: string): string {
  const text = FORMULA.test(name) ? `'${name}` : name;
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
