import { parseCell } from "./cell.js";
import { type CsvRecord, CsvRecords } from "./csv-records.js";
import { type Columns, type CsvOptions, findColumns, hasHeader, isEmpty, SAMPLE } from "./csv-table.js";
import { DataError } from "./data-error.js";
import type { Series } from "./series.js";
import { formatTime, parseTime, parseTimeOf, type TimeUnit, usualStep } from "./time.js";

/** Collects records into a series, refusing the first that does not fit. */
class SeriesBuilder {
  readonly #options: CsvOptions;
  readonly #waiting: CsvRecord[] = [];
  #columns: Columns | undefined;
  #unit: TimeUnit = "index";
  readonly #times: number[] = [];
  readonly #lines: number[] = [];
  #values: number[][] = [];

  constructor(options: CsvOptions) {
    this.#options = options;
  }

  add(records: readonly CsvRecord[]): void {
    if (this.#columns) {
      for (const record of records) this.#addRow(record, this.#columns);
      return;
    }
    for (const record of records) this.#waiting.push(record);
    if (this.#waiting.length > SAMPLE) this.#decide();
  }

  finish(): Series {
    if (!this.#columns) this.#decide();
    const { names, time, values } = this.#columns!;
    const axis = Float64Array.from(this.#times);
    return {
      name: this.#options.name ?? "series",
      time: {
        name: time === undefined ? "row" : names[time]!,
        unit: this.#unit,
        values: axis,
        step: usualStep(axis),
      },
      columns: values.map((column, i) => ({ name: names[column]!, values: Float64Array.from(this.#values[i]!) })),
      lines: Uint32Array.from(this.#lines),
    };
  }

  #decide(): void {
    const [first] = this.#waiting;
    const { file } = this.#options;
    if (!first) throw new DataError("expected rows of data, got an empty file", { file });
    const headed = hasHeader(first, this.#options);
    const names = headed ? first.cells : first.cells.map((_, i) => String(i + 1));
    const rows = this.#waiting.splice(0).slice(headed ? 1 : 0);
    if (rows.length === 0) throw new DataError("expected rows of data, got a header alone", { file });
    this.#columns = findColumns(names, rows, this.#options);
    this.#values = this.#columns.values.map(() => []);
    this.add(rows);
  }

  #addRow(record: CsvRecord, columns: Columns): void {
    if (isEmpty(record, columns)) return;
    const { cells, row } = record;
    const { names, time, values } = columns;
    const { file, decimal = "." } = this.#options;
    if (cells.length !== names.length) {
      throw new DataError(`expected ${names.length} cells, got ${cells.length}; check delimiter and quotes`, {
        file,
        row,
      });
    }
    this.#lines.push(row);
    this.#times.push(time === undefined ? this.#times.length : this.#time(cells[time]!, row, names[time]!));
    values.forEach((column, i) => {
      const text = cells[column]!;
      const value = parseCell(text, decimal);
      if (value === undefined) {
        const hint = /^[+-]?\d+,\d+$/.test(text)
          ? "; are its commas decimal marks?"
          : "; correct the cell, or leave it empty for a missing value";
        throw new DataError(`expected a number, got "${text}"${hint}`, { file, row, column: names[column]! });
      }
      this.#values[i]!.push(value);
    });
  }

  #time(text: string, row: number, column: string): number {
    const { file } = this.#options;
    const before = this.#times.at(-1);
    const time = before === undefined ? parseTime(text) : parseTimeOf(this.#unit, text);
    if (!time) {
      throw new DataError(`expected a time such as 1949, 1949-01 or 1949-01-31, got "${text}"`, {
        file,
        row,
        column,
      });
    }
    if (before === undefined) this.#unit = time.unit;
    if (time.unit !== this.#unit) {
      const kind = this.#unit === "index" ? "is a whole number" : `counts ${this.#unit}s`;
      throw new DataError(`expected a time that ${kind} like those before it, got "${text}"`, {
        file,
        row,
        column,
      });
    }
    if (before !== undefined && time.value <= before) {
      const word =
        time.value === before
          ? "the same time again; remove one of the rows"
          : "an earlier time; sort the rows by time";
      throw new DataError(`expected a time after ${formatTime(this.#unit, before)}, got "${text}": ${word}`, {
        file,
        row,
        column,
      });
    }
    return time.value;
  }
}

/**
 * Reads a series from CSV text (RFC 4180; a byte order mark, CRLF and other delimiters are understood).
 * An empty cell is a missing value, NaN.
 * @throws DataError with file, row and column for anything else that is no number, and for times that do not ascend.
 */
export function readCsv(text: string, options: CsvOptions = {}): Series {
  const records = new CsvRecords(options);
  const builder = new SeriesBuilder(options);
  builder.add(records.push(text));
  builder.add(records.end());
  return builder.finish();
}

/** The same from chunks of text, holding no more of it than a record that is not yet whole. */
export async function readCsvStream(chunks: AsyncIterable<string>, options: CsvOptions = {}): Promise<Series> {
  const records = new CsvRecords(options);
  const builder = new SeriesBuilder(options);
  for await (const chunk of chunks) builder.add(records.push(chunk));
  builder.add(records.end());
  return builder.finish();
}
