import type { ColumnBuilder } from "../csv/column-builder.js";
import { type Origin, problem } from "../csv/origin.js";
import { DataError } from "../data-error.js";
import type { Note } from "../note.js";
import {
  decimalOf,
  evidenceIn,
  isNumeric,
  type MissingOptions,
  missingTest,
  type NumberColumn,
  type NumberEvidence,
  readNumbers,
} from "../values/number-column.js";
import { isRowName, quoted } from "./time-choice.js";

export interface ValueOptions extends MissingOptions {
  readonly decimal?: "." | "," | undefined;
}

/** A column of values with its numbers. */
export interface ValueColumn extends NumberColumn {
  readonly name: string;
  readonly index: number;
}

/**
 * The columns that hold numbers; notes name those left out and why.
 * @throws DataError where there is none.
 */
export function numericColumns(
  columns: readonly ColumnBuilder[],
  options: ValueOptions,
  origin: Origin,
  notes: Note[],
): ColumnBuilder[] {
  const isMissing = missingTest(options);
  const numeric: ColumnBuilder[] = [];
  const left: { column: ColumnBuilder; why: string }[] = [];
  for (const column of columns) {
    if (isRowName(column.name) && isCount(column)) left.push({ column, why: "row numbers" });
    else if (isNumeric(column, origin, isMissing)) numeric.push(column);
    else left.push({ column, why: reasonOf(column) });
  }
  if (numeric.length === 0) {
    const what =
      columns.length === 1
        ? `column "${columns[0]!.name}" holds none`
        : `columns ${columns.map(({ name }) => name).join(", ")} hold none`;
    throw new DataError(`expected a column of numbers, but ${what}; choose one by name, or name the decimal mark`, {
      file: origin.file,
      hint: "--column",
    });
  }
  const varying = numeric.filter((column) => !isConstant(column));
  if (varying.length > 0 && varying.length < numeric.length) {
    for (const column of numeric) if (!varying.includes(column)) left.push({ column, why: "constant" });
    numeric.splice(0, numeric.length, ...varying);
  }
  for (const why of ["constant", "text", "dates", "row numbers", "empty"]) {
    const names = left.filter((item) => item.why === why).map(({ column }) => column);
    if (names.length > 0)
      notes.push({
        code: "ignored-column",
        message: `${quoted(names.slice(0, 8))}${names.length > 8 ? ` and ${names.length - 8} more` : ""} not used: ${why}`,
        hint: "--column",
      });
  }
  return numeric;
}

function reasonOf({ kind, texts }: ColumnBuilder): string {
  if (kind === "empty") return "empty";
  return kind === "text" || texts.count > 0 ? "text" : "dates";
}

function isConstant({ kind, values, rows, texts }: ColumnBuilder): boolean {
  if (kind !== "number" || texts.count > 0 || rows < 3) return false;
  for (let row = 1; row < rows; row++) if (values[row] !== values[0]) return false;
  return true;
}

/** Whether a column counts rows: whole numbers that rise by one. */
function isCount({ kind, values, rows, parsed }: ColumnBuilder): boolean {
  if (kind !== "number" || parsed < rows) return false;
  for (let row = 1; row < rows; row++) if (values[row] !== values[row - 1]! + 1) return false;
  return true;
}

/**
 * Reads columns as numbers. Where a column does not tell its decimal mark, the others of the file do.
 * @throws DataError for the first cell that is no number, and for marks that contradict each other.
 */
export function readValues(
  columns: readonly ColumnBuilder[],
  options: ValueOptions,
  origin: Origin,
  notes: Note[],
): ValueColumn[] {
  const isMissing = missingTest(options);
  const evidence = columns.map((column) => evidenceIn(column, origin, isMissing));
  const usual = options.decimal ?? usualDecimal(evidence);
  return columns.map((column, i) => {
    const decimal = options.decimal ?? decimalOf(column, evidence[i]!, usual, origin);
    const numbers = readNumbers(column, decimal, options, origin);
    if (numbers.bad) throw badCell(column, numbers, decimal, origin);
    describe(column, numbers, decimal, notes);
    return { name: column.name, index: column.index, ...numbers };
  });
}

function usualDecimal(evidence: readonly NumberEvidence[]): "." | "," | undefined {
  const comma = evidence.some(({ commaDecimal }) => commaDecimal >= 0);
  const dot = evidence.some(({ dotDecimal }) => dotDecimal >= 0);
  return comma === dot ? undefined : comma ? "," : ".";
}

function badCell(column: ColumnBuilder, { bad }: NumberColumn, decimal: "." | ",", origin: Origin): DataError {
  const { row, text } = bad!;
  const marks = decimal === "," ? " with a decimal comma" : "";
  return problem(
    `expected a number${marks}, got "${text}"; correct the cell, leave it empty for a missing value, or name the words for missing values`,
    column,
    row,
    origin,
    `--na-values "${text}"`,
  );
}

function describe(
  { name, dots }: ColumnBuilder,
  { words, formatted, percent, currency, sentinel }: NumberColumn,
  decimal: "." | ",",
  notes: Note[],
): void {
  if (formatted > 0 || (decimal === "," && dots > 0)) {
    const marks = [
      `decimal mark "${decimal}"`,
      percent ? "percent signs left out" : "",
      currency ? `currency ${currency} left out` : "",
    ].filter((text) => text !== "");
    notes.push({
      code: "number-format",
      message: `"${name}": ${formatted} formatted numbers, ${marks.join(", ")}`,
      hint: "--decimal",
    });
  }
  if (words.size > 0) {
    const list = [...words].map(([word, count]) => `"${word}" ${count}`).join(", ");
    notes.push({
      code: "missing-words",
      message: `"${name}": words for missing values: ${list}`,
      hint: "--na-values",
    });
  }
  if (sentinel !== undefined) {
    notes.push({
      code: "sentinel",
      message: `"${name}": ${sentinel} occurs more than once, far below all other values; it may stand for a missing value`,
      hint: `--na-values ${sentinel}`,
    });
  }
}
