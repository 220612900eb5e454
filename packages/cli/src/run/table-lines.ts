import type { Note, Table } from "@sluice/data";

/** Lines that say which columns of a file were chosen and why, and what else its reader should know. */
export function tableLines({ panel, choice, notes }: Table): string[] {
  const { time, form, values, keys, frequency } = choice;
  const parts = [
    time.length === 0 ? "rows are counted" : `times in ${names(time)}${form === null ? "" : ` (${form})`}`,
    `values in ${names(values)}`,
    ...(keys.length > 0 ? [`${panel.length} series by ${names(keys)}`] : []),
    ...(frequency === null ? [] : [`frequency ${frequency}`]),
  ];
  // the frequency stands in the first line
  return [`read: ${parts.join("; ")}`, ...notes.filter(({ code }) => code !== "frequency").map(noteLine)];
}

/** A note, with the flag that changes what it says. */
export function noteLine({ message, hint }: Note): string {
  return `note: ${message}${hint === undefined ? "" : ` (change with ${hint})`}`;
}

/** The most names that are listed. */
const LISTED = 8;

function names(columns: readonly string[]): string {
  const listed = columns.slice(0, LISTED).map((name) => `"${name}"`);
  return `${listed.join(", ")}${columns.length > LISTED ? ` and ${columns.length - LISTED} more` : ""}`;
}
