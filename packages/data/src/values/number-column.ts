import type { ColumnBuilder } from "../csv/column-builder.js";
import { type Origin, problem, textAt } from "../csv/origin.js";
import { isMissingWord } from "./missing-words.js";
import { evidenceOf, type FormattedNumber, numberIn, parseFormatted } from "./number-format.js";

/** What the numbers of a column look like. */
export interface NumberEvidence {
  /** Cells that hold a number, formatted ones included. */
  readonly numbers: number;
  /** Cells with a word for a missing value. */
  readonly missing: number;
  /** Cells that hold neither. */
  readonly others: number;
  /** Rows whose comma or point is surely the decimal mark, −1 for none. */
  readonly commaDecimal: number;
  readonly dotDecimal: number;
  /** The row of the first number such as 1,234, −1 for none, and whether all of its like are amounts of dollars or pounds. */
  readonly commaAmbiguous: number;
  readonly english: boolean;
  /** The longest number of digits without any mark, and whether any number has one. */
  readonly longestPlain: number;
}

export interface MissingOptions {
  /** Words that stand for a missing value, instead of the usual ones. */
  readonly naValues?: readonly string[] | undefined;
}

export const missingTest = ({ naValues }: MissingOptions): ((text: string) => boolean) => {
  if (!naValues) return isMissingWord;
  const words = new Set(naValues);
  return (text) => words.has(text) || isMissingWord(text);
};

/** Cells that decide whether a column of text is looked at whole. */
const SAMPLE = 200;

/** Whether most of a column's cells are numbers, by a sample of those that are no plain numbers. */
export function isNumeric(column: ColumnBuilder, origin: Origin, isMissing: (text: string) => boolean): boolean {
  const { count } = column.texts;
  if (column.kind === "empty") return false;
  if (column.kind !== "number" && column.kind !== "text") return false;
  let numbers = 0;
  let others = 0;
  const step = Math.max(1, Math.floor(count / SAMPLE));
  for (let i = 0; i < count; i += step) {
    const text = textAt(column, i, origin);
    if (isMissing(text)) continue;
    const number = parseFormatted(text);
    if (number && evidenceOf(number.core) !== "invalid") numbers += step;
    else others += step;
  }
  return column.parsed + numbers > others && column.parsed + numbers > 0;
}

/** Looks through all formatted numbers of a column. */
export function evidenceIn(
  column: ColumnBuilder,
  origin: Origin,
  isMissing: (text: string) => boolean,
): NumberEvidence {
  let numbers = column.parsed;
  let missing = 0;
  let others = 0;
  let commaDecimal = -1;
  let dotDecimal = column.firstDecimal;
  let commaAmbiguous = -1;
  let english = true;
  let longestPlain = column.dots < column.parsed ? column.longest : 0;
  for (let i = 0; i < column.texts.count; i++) {
    const text = textAt(column, i, origin);
    if (isMissing(text)) {
      missing++;
      continue;
    }
    const number = parseFormatted(text);
    const evidence = number ? evidenceOf(number.core) : "invalid";
    if (evidence === "invalid") {
      others++;
      continue;
    }
    numbers++;
    const row = column.textRows[i]!;
    if (evidence === "comma-decimal" && commaDecimal < 0) commaDecimal = row;
    else if (evidence === "dot-decimal" && dotDecimal < 0) dotDecimal = row;
    else if (evidence === "comma-ambiguous") {
      if (commaAmbiguous < 0) commaAmbiguous = row;
      if (!/^(\$|£|us\$|usd|gbp|cad|aud)$/i.test(number!.currency)) english = false;
    } else if (evidence === "none") longestPlain = Math.max(longestPlain, number!.core.length);
  }
  return { numbers, missing, others, commaDecimal, dotDecimal, commaAmbiguous, english, longestPlain };
}

/**
 * The decimal mark of a column.
 * @throws DataError where the marks of two cells contradict each other, or 1,234 may be either.
 */
export function decimalOf(
  column: ColumnBuilder,
  evidence: NumberEvidence,
  usual: "." | "," | undefined,
  origin: Origin,
): "." | "," {
  const { commaDecimal, dotDecimal, commaAmbiguous, english, longestPlain } = evidence;
  if (commaDecimal >= 0 && dotDecimal >= 0) {
    const row = Math.max(commaDecimal, dotDecimal);
    throw problem(
      `the decimal mark is a comma in row ${origin.lines.at(commaDecimal)} and a point in row ${origin.lines.at(dotDecimal)}; correct the cells, or name the mark`,
      column,
      row,
      origin,
      "--decimal",
    );
  }
  if (commaDecimal >= 0) return ",";
  if (dotDecimal >= 0 || commaAmbiguous < 0) return dotDecimal >= 0 ? "." : (usual ?? ".");
  if (usual) return usual;
  // three decimals in every number would stand in those without a comma, too
  if (english || longestPlain === 3) return ".";
  const cell = cellText(column, commaAmbiguous, origin);
  throw problem(
    `"${cell}" may be ${cell.replace(/,/g, "")} or ${cell.replace(",", ".")}; name the decimal mark: "." reads the first, "," the second`,
    column,
    commaAmbiguous,
    origin,
    "--decimal .",
  );
}

function cellText(column: ColumnBuilder, row: number, origin: Origin): string {
  return textAt(column, column.textRows.subarray(0, column.texts.count).indexOf(row), origin);
}

/** Numbers of a column, and what was read from more than plain digits. */
export interface NumberColumn {
  /** NaN for a missing value. */
  readonly values: Float64Array;
  /** Cells with a word for a missing value: how often each occurs. */
  readonly words: ReadonlyMap<string, number>;
  /** Cells with thousands marks, currency and so on. */
  readonly formatted: number;
  readonly percent: boolean;
  readonly currency: string;
  /** A number such as −999 that occurs more than once, far below all others. */
  readonly sentinel: number | undefined;
  /** The first row with a cell that is no number and no word for a missing value, and its text. */
  readonly bad: { readonly row: number; readonly text: string } | undefined;
}

/** Reads all cells of a column as numbers. @throws DataError for two currencies, or percent in some cells alone. */
export function readNumbers(
  column: ColumnBuilder,
  decimal: "." | ",",
  options: MissingOptions,
  origin: Origin,
): NumberColumn {
  const isMissing = missingTest(options);
  // times that count as numbers keep their own values
  const values = column.values.subarray(0, column.rows);
  const words = new Map<string, number>();
  let bad: { row: number; text: string } | undefined;
  const fail = (row: number, text: string) => {
    if (!bad || row < bad.row) bad = { row, text };
  };
  if (decimal === "," && column.dots > 0) {
    if (column.firstDecimal >= 0) fail(column.firstDecimal, String(values[column.firstDecimal]));
    else ungroup(column, values);
  }
  let formatted = 0;
  let percents = 0;
  let currency = "";
  for (let i = 0; i < column.texts.count; i++) {
    const text = textAt(column, i, origin);
    const row = column.textRows[i]!;
    if (isMissing(text)) {
      words.set(text, (words.get(text) ?? 0) + 1);
      continue;
    }
    const number: FormattedNumber | undefined = parseFormatted(text);
    const value = number && numberIn(number, decimal);
    if (value === undefined) {
      fail(row, text);
      continue;
    }
    values[row] = value;
    formatted++;
    if (number!.percent) percents++;
    if (number!.currency === "") continue;
    if (currency !== "" && currency !== number!.currency) {
      throw problem(`expected one currency, got "${text}" after ${currency}`, column, row, origin, "--column");
    }
    currency = number!.currency;
  }
  if (percents > 0 && percents < formatted + column.parsed && !bad) {
    throw problem(
      `expected a percent sign in all cells or none, got it in ${percents} of ${formatted + column.parsed}`,
      column,
      column.textRows[0]!,
      origin,
      "--column",
    );
  }
  for (const word of options.naValues ?? []) {
    const number = Number(word);
    if (word.trim() === "" || Number.isNaN(number)) continue;
    let count = 0;
    for (let row = 0; row < values.length; row++) {
      if (values[row] !== number) continue;
      values[row] = Number.NaN;
      count++;
    }
    if (count > 0) words.set(word, (words.get(word) ?? 0) + count);
  }
  return { values, words, formatted, percent: percents > 0, currency, sentinel: sentinelIn(values), bad };
}

/** Takes the point of 1.234 for a mark of thousands. */
function ungroup({ grouped }: ColumnBuilder, values: Float64Array): void {
  if (!grouped) return;
  for (let row = 0; row < values.length; row++) {
    if ((grouped[row >> 3]! >> (row & 7)) & 1) values[row] = Math.round(values[row]! * 1000);
  }
}

/** −99, −999, −9999 … more than once, where no other value is negative or within half of it. */
function sentinelIn(values: Float64Array): number | undefined {
  let low = 0;
  let count = 0;
  let next = Number.POSITIVE_INFINITY;
  for (const value of values) {
    if (value < low) {
      if (count > 0) next = Math.min(next, low);
      low = value;
      count = 1;
    } else if (value === low) count++;
    else if (value < next) next = value;
  }
  return count > 1 && /^-9{2,}$/.test(String(low)) && next > low / 2 ? low : undefined;
}
