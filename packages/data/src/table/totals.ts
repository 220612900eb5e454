import type { RawTable } from "../csv/csv-reader.js";
import { type Origin, textAt } from "../csv/origin.js";
import type { Note } from "../note.js";
import { isDateLike } from "../time/time-column.js";
import { isMissingWord } from "../values/missing-words.js";

const TOTAL =
  /^((grand|sub)[ -]?)?(total|totals|sum|summe|gesamt|average|avg|mean|moyenne|somme|totale|suma|max|min)\b|^(source|note|notes|quelle|fuente|\*)/i;

/** Rows at the end that may be totals. */
const LAST = 5;

/**
 * Leaves out rows of totals at the end of a table: those with a word such as Total where the other rows hold dates or numbers.
 * Returns the number of rows left.
 */
export function dropTotals({ columns, rows }: RawTable, origin: Origin, notes: Note[]): number {
  let left = rows;
  let example = "";
  for (const column of columns) {
    if (column.kind === "empty" || (column.kind === "text" && !isDateLike(column, origin, isMissingWord))) continue;
    for (let row = rows - 1; row >= Math.max(1, rows - LAST); row--) {
      const index = column.textIndex(row);
      if (index < 0) continue;
      const text = textAt(column, index, origin);
      if (!TOTAL.test(text) || row >= left) continue;
      left = row;
      example = text;
    }
  }
  if (left === rows) return rows;
  notes.push({
    code: "totals",
    message: `${rows - left} ${rows - left === 1 ? "row" : "rows"} of totals at the end left out (line ${origin.lines.at(left)}: "${example.slice(0, 40)}")`,
  });
  for (const column of columns) column.truncate(left);
  return left;
}
