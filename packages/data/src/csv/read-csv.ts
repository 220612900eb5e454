import { DataError } from "../data-error.js";
import type { Series } from "../series/series.js";
import { FILE_TYPE_NAMES, fileType, HEAD_BYTES, unicodeMark, utf16WithoutMark } from "../sources/file-type.js";
import { interpret, type Table } from "../table/interpret.js";
import { checkReadOptions, namedColumns, type ReadOptions } from "../table/options.js";
import { CsvReader } from "./csv-reader.js";

/** A reader that keeps the columns which the options need. @throws RangeError or TypeError for invalid options. */
export function readerOf(options: ReadOptions, size?: number): CsvReader {
  checkReadOptions(options);
  const named = namedColumns(options);
  const needs = named && ((name: string, index: number) => named.includes(name) || named.includes(index));
  return new CsvReader({ ...options, ...(needs && { needs }), size });
}

/**
 * Reads a table from the text or the bytes (UTF-8) of a CSV file.
 * @throws DataError with row, column and hint for anything that is not understood; RangeError for invalid options.
 */
export function readCsvTable(source: string | Uint8Array, options: ReadOptions = {}): Table {
  const bytes = typeof source === "string" ? new TextEncoder().encode(source) : source;
  const type = fileType(bytes.subarray(0, HEAD_BYTES));
  if (type !== "text") {
    throw new DataError(
      `expected a table as text, got ${FILE_TYPE_NAMES[type]}; read it with the reader of its type`,
      options,
    );
  }
  const mark = unicodeMark(bytes);
  const other = mark?.encoding === "utf-8" ? undefined : (mark?.encoding ?? utf16WithoutMark(bytes));
  if (other) {
    throw new DataError(`expected text in UTF-8, got ${other.toUpperCase()}; decode it first, or use readTable`, {
      ...options,
      hint: `--encoding ${other}`,
    });
  }
  const reader = readerOf(options, bytes.length);
  reader.push(bytes.subarray(mark?.length ?? 0));
  return interpret(reader.end(), options);
}

/**
 * Reads the one series of a CSV file from its text or bytes (UTF-8).
 * @throws DataError as `readCsvTable` does, and for a file of several series.
 */
export function readCsv(source: string | Uint8Array, options: ReadOptions = {}): Series {
  return singleSeries(readCsvTable(source, options), options);
}

/** The series of a table. @throws DataError where there are several. */
export function singleSeries({ panel }: Table, { file }: { readonly file?: string } = {}): Series {
  const [first] = panel as readonly [Series];
  if (panel.length === 1) return first;
  const flags = Object.entries(first.keys ?? {}).map(([name, cell]) => `--series ${shellWord(`${name}=${cell}`)}`);
  const keys = panel.slice(0, 5).map((series) => series.name);
  throw new DataError(
    `expected one series, got ${panel.length}: ${keys.join(", ")}${panel.length > 5 ? ", …" : ""}; choose one`,
    {
      file,
      hint: flags.join(" ") || "--series",
    },
  );
}

const shellWord = (text: string) => (/^[\w.=:+-]+$/.test(text) ? text : `"${text}"`);
