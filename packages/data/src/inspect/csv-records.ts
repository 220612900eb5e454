import { type CsvFormat, decode, detectDialect } from "../csv/dialect.js";
import { CsvScanner } from "../csv/scanner.js";

export type { CsvFormat } from "../csv/dialect.js";

/** The cells of one record, and the line of the file on which it begins, counted from 1. */
export interface CsvRecord {
  readonly cells: readonly string[];
  readonly row: number;
}

/** The bytes from which the dialect is found. */
const PREFIX = 1 << 16;

/** All records of a text. @throws DataError for quotes that do not pair. */
export function recordsOf(text: string, format: CsvFormat): CsvRecord[] {
  const bytes = new TextEncoder().encode(text.replace(/^\ufeff/, ""));
  const dialect = detectDialect(bytes.subarray(0, PREFIX), bytes.length <= PREFIX, format);
  const records: CsvRecord[] = [];
  const { delimiter, comment, skipLines } = dialect;
  const { file } = format;
  const scanner = new CsvScanner({ delimiter, comment, skipLines, file }, (from, bounds, count, row) => {
    const cells = Array.from({ length: count }, (_, i) =>
      decode(from, bounds[2 * i]!, bounds[2 * i + 1]!, file, row),
    );
    records.push({ cells, row });
  });
  scanner.push(bytes);
  scanner.end();
  return records;
}
