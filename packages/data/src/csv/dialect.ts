import { DataError } from "../data-error.js";
import { looksLikeDate } from "../time/date-forms.js";
import { isMissingWord } from "../values/missing-words.js";
import { parseFormatted } from "../values/number-format.js";
import { CsvScanner } from "./scanner.js";
import { decodeCell } from "./text-store.js";

export const DELIMITERS = ["\t", ";", "|", ","] as const;

export interface CsvFormat {
  /** The character between cells; detected among , ; tab and | by default. */
  readonly delimiter?: string;
  /** The decimal mark; found from the numbers by default. */
  readonly decimal?: "." | ",";
  /** Whether the first record names the columns; found by default. Without names, columns are called 1, 2, … */
  readonly header?: boolean;
  /** What lines begin with that are skipped. Lines with # above the table are skipped by default. */
  readonly comment?: string;
  /** Lines at the top of the file that are skipped. */
  readonly skipRows?: number;
  /** What errors call the file. */
  readonly file?: string;
}

/** What the first bytes of a file tell about it. */
export interface Dialect {
  readonly delimiter: number;
  readonly comment: Uint8Array | undefined;
  readonly skipLines: number;
  /** Cells of a full record. */
  readonly width: number;
  /** Names of the columns; undefined where the first record is data. */
  readonly header: readonly string[] | undefined;
  /** The line of the record that names the columns, 0 where none does. */
  readonly headerLine: number;
  /** The line of the units below the header, where there is one, and its cells. */
  readonly units: { readonly line: number; readonly cells: readonly string[] } | undefined;
}

interface SampleRecord {
  readonly cells: readonly string[];
  readonly line: number;
}

/** Records from which the dialect is found. */
const SAMPLE = 100;

const bytesOf = (text: string) => new TextEncoder().encode(text);

/**
 * Finds delimiter, header and units row from the first bytes of a file. `complete`: they are the whole file.
 * @throws DataError for a file without records, and where the table begins below lines of text.
 */
export function detectDialect(prefix: Uint8Array, complete: boolean, format: CsvFormat): Dialect {
  const { file, skipRows = 0 } = format;
  const commented = format.comment === undefined ? hashLines(prefix, skipRows) : undefined;
  const mark = format.comment ?? (commented && commented.count > 0 ? "#" : undefined);
  const comment = mark === undefined || mark === "" ? undefined : bytesOf(mark);
  const options = { comment, skipLines: skipRows, file };
  const { delimiter, records } = chooseDelimiter(prefix, complete, options, format);
  if (records.length === 0) throw new DataError("expected rows of data, got an empty file", { file });
  const width = usualWidth(records);
  const first = records.findIndex(({ cells }) => cells.length === width && isFull(cells));
  if (first > 0 && width > 1) {
    const { line } = records[first]!;
    const short =
      first === 1 &&
      records[0]!.cells.length === width - 1 &&
      records[0]!.cells.every((cell) => !isData(cell)) &&
      records[1]!.cells.some(isData);
    if (short) {
      // R's write.table names no column of row names
      const header = ["", ...records[0]!.cells];
      return {
        delimiter,
        comment,
        skipLines: skipRows,
        width,
        header,
        headerLine: records[0]!.line,
        units: undefined,
      };
    }
    const above = records[0]!;
    if (above.cells.length < width || !isFull(above.cells)) {
      throw new DataError(
        `expected ${width} cells, got ${above.cells.length} ("${above.cells
          .filter((cell) => cell !== "")
          .join(" ")
          .slice(0, 40)}"); the table seems to begin at line ${line}`,
        { file, row: above.line, hint: `--skip-rows ${line - 1}` },
      );
    }
  }
  const named = headerOf(records, format);
  const header = named ?? namesBehindMark(commented?.last, width, delimiter);
  const below = named ? records[1] : undefined;
  const units = below && isUnits(below, records.slice(2)) ? below : undefined;
  return {
    delimiter,
    comment,
    skipLines: skipRows,
    width: Math.max(width, header?.length ?? 0),
    header,
    headerLine: named ? records[0]!.line : 0,
    units,
  };
}

function chooseDelimiter(
  prefix: Uint8Array,
  complete: boolean,
  options: { comment: Uint8Array | undefined; skipLines: number; file: string | undefined },
  { delimiter, decimal }: CsvFormat,
): { delimiter: number; records: SampleRecord[] } {
  if (delimiter !== undefined) {
    const byte = bytesOf(delimiter);
    if (byte.length !== 1) throw new RangeError(`delimiter: expected one character of ASCII, got "${delimiter}"`);
    return { delimiter: byte[0]!, records: sample(prefix, complete, { ...options, delimiter: byte[0]! }) };
  }
  let best: { delimiter: number; records: SampleRecord[]; score: number } | undefined;
  let fault: unknown;
  for (const text of DELIMITERS) {
    const byte = text.charCodeAt(0);
    try {
      const records = sample(prefix, complete, { ...options, delimiter: byte });
      const width = usualWidth(records);
      const same = records.filter(({ cells }) => cells.length === width).length / Math.max(1, records.length);
      // a comma may be the decimal mark between other delimiters, hence the order of the list
      // between decimal commas, commas part cells only where they part the names, too
      const named = decimal !== text || (same === 1 && records[0]!.cells.every((cell) => !isData(cell)));
      const score = width > 1 && named ? (same >= 0.8 ? 2 : same >= 0.5 ? 1 : 0.5) : 0;
      if (!best || score > best.score) best = { delimiter: byte, records, score };
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      if (text === "," || fault === undefined) fault = error;
    }
  }
  if (!best || (best.score === 0 && fault)) throw fault;
  return best.score > 0 ? best : { ...best, delimiter: decimal === "," ? 59 : 44 };
}

function sample(
  prefix: Uint8Array,
  complete: boolean,
  options: ConstructorParameters<typeof CsvScanner>[0],
): SampleRecord[] {
  const records: SampleRecord[] = [];
  const scanner = new CsvScanner(options, (bytes, bounds, count, line) => {
    if (records.length >= SAMPLE) return;
    const cells = Array.from({ length: count }, (_, i) =>
      decode(bytes, bounds[2 * i]!, bounds[2 * i + 1]!, options.file, line),
    );
    records.push({ cells, line });
  });
  scanner.push(prefix);
  if (complete || records.length === 0) scanner.end();
  return records;
}

/** @throws DataError for bytes that are no UTF-8. */
export function decode(bytes: Uint8Array, from: number, to: number, file: string | undefined, row?: number): string {
  try {
    return decodeCell(bytes, from, to).trim();
  } catch {
    throw notUtf8(file, row);
  }
}

export function notUtf8(file: string | undefined, row?: number): DataError {
  return new DataError(
    "expected text in UTF-8, got bytes that are not; the file seems to be in Latin-1 or another encoding",
    {
      file,
      row,
      hint: "--encoding latin1",
    },
  );
}

function usualWidth(records: readonly SampleRecord[]): number {
  const counts = new Map<number, number>();
  for (const { cells } of records) counts.set(cells.length, (counts.get(cells.length) ?? 0) + 1);
  let width = 1;
  let most = 0;
  for (const [cells, count] of counts) {
    if (count > most || (count === most && cells > width)) {
      width = cells;
      most = count;
    }
  }
  return width;
}

/** Whether at least half of the cells hold something, as in a header or a row of data. */
function isFull(cells: readonly string[]): boolean {
  return cells.filter((cell) => cell !== "").length * 2 >= cells.length;
}

/** Whether a cell holds a number, a time or a mark for a missing value. */
function isData(cell: string): boolean {
  return cell === "" || isMissingWord(cell) || parseFormatted(cell) !== undefined || looksLikeDate(cell);
}

function headerOf(records: readonly SampleRecord[], { header }: CsvFormat): string[] | undefined {
  const [first, ...rest] = records;
  const { cells } = first!;
  if (header === false) return undefined;
  if (header === true) return [...cells];
  const text = (cell: string) => !isData(cell);
  const sampled = rest.slice(0, 20);
  const named = cells.some(
    (cell, i) => text(cell) && sampled.filter((row) => isData(row.cells[i] ?? "")).length * 2 > sampled.length,
  );
  if (
    named ||
    (cells.some((cell) => cell !== "") && cells.every((cell) => cell === "" || text(cell))) ||
    acrossTop(cells)
  ) {
    return [...cells];
  }
  return undefined;
}

/** The names in the last comment line above the table, as gnuplot writes them. */
function namesBehindMark(line: string | undefined, width: number, delimiter: number): string[] | undefined {
  const words = line
    ?.replace(/^#+\s*/, "")
    .split(String.fromCharCode(delimiter))
    .map((word) => word.trim());
  return words && words.length === width && width > 1 ? words : undefined;
}

/** Whether a record holds dates across the top: text, then years or dates that rise. */
function acrossTop(cells: readonly string[]): boolean {
  const dates = cells.filter((cell) => /^[12]\d{3}$/.test(cell) || looksLikeDate(cell));
  return (
    dates.length >= 3 &&
    dates.length >= 0.6 * cells.length &&
    new Set(dates).size === dates.length &&
    cells.some((cell) => !isData(cell))
  );
}

/** Whether the row below the header holds units: text without a digit where the rows below hold numbers. */
function isUnits(row: SampleRecord, rest: readonly SampleRecord[]): boolean {
  if (rest.length < 2) return false;
  const words = row.cells.filter((cell) => cell !== "" && !isMissingWord(cell));
  if (words.length === 0 || words.some((cell) => parseFormatted(cell) !== undefined || looksLikeDate(cell)))
    return false;
  // every column of numbers has a unit or nothing
  const numeric = row.cells.map(
    (_, i) => rest.slice(0, 20).filter(({ cells }) => parseFormatted(cells[i] ?? "") !== undefined).length,
  );
  return row.cells.some(
    (cell, i) => cell !== "" && !isMissingWord(cell) && numeric[i]! * 2 > Math.min(20, rest.length),
  );
}

/** Lines above the table that begin with #, and the last of them. */
function hashLines(prefix: Uint8Array, skip: number): { count: number; last: string | undefined } {
  const lines = new TextDecoder()
    .decode(prefix.subarray(0, 1 << 16))
    .split(/\r\n|\n|\r/)
    .slice(skip);
  let count = 0;
  while (lines[count]?.startsWith("#")) count++;
  // all lines: # is the name of a column of numbers, or there is no table
  return count < lines.length && !(count === 1 && isHashName(lines[0]!))
    ? { count, last: lines[count - 1] }
    : { count: 0, last: undefined };
}

/** `#,date,value`: a column that is called #. */
function isHashName(line: string): boolean {
  return /^#[,;\t|]/.test(line);
}
