import type { ColumnBuilder } from "../csv/column-builder.js";
import { LineIndex } from "../csv/line-index.js";
import type { Origin } from "../csv/origin.js";
import type { Note } from "../note.js";
import type { Series } from "../series/series.js";
import { monthNumber } from "../time/calendar.js";
import { looksLikeDate } from "../time/date-forms.js";
import { readTimes } from "../time/time-column.js";
import { isNumeric, missingTest } from "../values/number-column.js";
import type { Found } from "./found.js";
import { codesOf } from "./key-choice.js";
import { textColumn } from "./made-column.js";
import type { ReadOptions } from "./options.js";
import type { ChosenTime } from "./time-choice.js";
import { readValues, type ValueColumn } from "./value-choice.js";

const isDateName = (name: string) => /^[12]\d{3}$/.test(name) || looksLikeDate(name);

/** Whether dates stand across the top: most columns, and at least three, are called by different dates. */
export function acrossTop(columns: readonly ColumnBuilder[]): boolean {
  const dated = columns.filter(({ name }) => isDateName(name));
  return (
    dated.length >= 3 &&
    dated.length * 2 > columns.length &&
    new Set(dated.map(({ name }) => name)).size === dated.length
  );
}

/** Reads a table whose rows are series and whose columns are times. */
export function readAcrossTop(
  columns: readonly ColumnBuilder[],
  options: ReadOptions,
  origin: Origin,
  notes: Note[],
): Found {
  const isMissing = missingTest(options);
  const dated = columns.filter(({ name }) => isDateName(name));
  const header = textColumn(
    "time",
    dated.map(({ name }) => name),
  );
  const lines = new LineIndex();
  for (let i = 0; i < dated.length; i++) lines.push(1);
  const top: Origin = { file: origin.file, lines };
  const years = dated.every(({ name }) => /^[12]\d{3}$/.test(name));
  const time = years
    ? { unit: "year" as const, values: Float64Array.from(dated, ({ name }) => Number(name)), form: undefined }
    : readTimes(header, options, top, isMissing);
  const unit = time.unit === "clock" ? "index" : time.unit;
  const order = Uint32Array.from(dated, (_, i) => i).sort((a, b) => time.values[a]! - time.values[b]!);
  const values = readValues(dated, options, origin, notes);
  const keys = columns.filter(
    (column) =>
      !dated.includes(column) &&
      (column.kind === "text" || !isNumeric(column, origin, isMissing)) &&
      column.kind !== "empty",
  );
  const labels = keys.map((column) => codesOf(column, origin, Number.POSITIVE_INFINITY)!);
  const rows = dated[0]!.rows;
  const panel = Array.from({ length: rows }, (_, row): Series => {
    const cells = labels.map(({ codes, labels: texts }) => texts[codes[row]!]!);
    return {
      name: cells.join(" ") || (options.name ?? "series"),
      time: { name: "time", unit, values: Float64Array.from(order, (i) => time.values[i]!), step: 1 },
      columns: [{ name: "value", values: Float64Array.from(order, (i) => values[i]!.values[row]!) }],
      lines: new Uint32Array(order.length).fill(origin.lines.at(row)),
      ...(keys.length > 0 && { keys: Object.fromEntries(keys.map(({ name }, k) => [name, cells[k]!])) }),
    };
  }).filter(({ columns: [column] }) => !column!.values.every(Number.isNaN));
  notes.push({
    code: "time-column",
    message: `times stand across the top (${dated[0]!.name} … ${dated.at(-1)!.name}): each row is a series`,
  });
  return { time: { columns: dated, form: time.form }, keys, panel };
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** Reads a table of years whose twelve columns are the months; undefined for any other. */
export function readMonthColumns(time: ChosenTime, read: readonly ValueColumn[], origin: Origin): Found | undefined {
  if (time.unit !== "year") return undefined;
  const months = MONTHS.map((month) => read.filter(({ name }) => name.slice(0, 3).toLowerCase() === month));
  if (!months.every(({ length }) => length === 1)) return undefined;
  const rows = Array.from(time.values, (year, row) => ({ year, row }))
    .filter(({ year }) => !Number.isNaN(year))
    .sort((a, b) => a.year - b.year);
  const cells = rows.flatMap(({ year, row }) =>
    months.map(([column], m) => ({
      time: monthNumber(year, m + 1),
      value: column!.values[row]!,
      line: origin.lines.at(row),
    })),
  );
  const series: Series = {
    name: "series",
    time: { name: time.name, unit: "month", values: Float64Array.from(cells, (cell) => cell.time), step: 1 },
    columns: [{ name: "value", values: Float64Array.from(cells, (cell) => cell.value) }],
    lines: Uint32Array.from(cells, (cell) => cell.line),
  };
  return { time, keys: [], panel: [series] };
}
