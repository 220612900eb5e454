import { formatTime, type Series } from "@sluice/data";

/** A series as CSV: a column of times, then the others; an empty cell for a missing value. Reading the numbers gives the same bits. */
export function seriesCsv({ time, columns }: Series): string {
  const header = [time.name || "t", ...columns.map((column) => column.name)].map(quoted).join(",");
  const rows = Array.from(time.values, (t, i) =>
    [
      formatTime(time.unit, t),
      ...columns.map(({ values }) => (Number.isNaN(values[i]!) ? "" : String(values[i]!))),
    ].join(","),
  );
  return `${[header, ...rows].join("\n")}\n`;
}

const quoted = (text: string) => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
