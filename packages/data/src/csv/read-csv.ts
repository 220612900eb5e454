import { DataError } from "../data-error.js";
import type { Series } from "../series/series.js";
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
  const reader = readerOf(options, bytes.length);
  reader.push(bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes);
  return interpret(reader.end(), options);
}

/**
 * Reads the one series of a CSV file from its text or bytes (UTF-8).
 * @throws DataError as `readCsvTable` does, and for a file of several series.
 */
export function readCsv(source: string | Uint8Array, options: ReadOptions = {}): Series {
  return singleSeries(readCsvTable(source, options), options);
}

/** The same from chunks of text, holding no more of it than a record that is incomplete. */
export async function readCsvStream(chunks: AsyncIterable<string>, options: ReadOptions = {}): Promise<Series> {
  const reader = readerOf(options);
  // a stream-wide encoder: a surrogate pair may be cut by the chunks
  let high = "";
  let first = true;
  const encoder = new TextEncoder();
  for await (const chunk of chunks) {
    let text = high + chunk;
    if (first && text !== "") {
      first = false;
      text = text.replace(/^\ufeff/, "");
    }
    high = /[\ud800-\udbff]$/.test(text) ? text.slice(-1) : "";
    reader.push(encoder.encode(high ? text.slice(0, -1) : text));
  }
  return singleSeries(interpret(reader.end(), options), options);
}

/** The series of a table. @throws DataError where there are several. */
export function singleSeries({ panel, choice }: Table, { file }: { readonly file?: string }): Series {
  if (panel.length === 1) return panel[0]!;
  const [name] = choice.keys;
  const keys = panel.slice(0, 5).map((series) => series.name);
  throw new DataError(
    `expected one series, got ${panel.length}: ${keys.join(", ")}${panel.length > 5 ? ", …" : ""}; choose one`,
    {
      file,
      hint: name === undefined ? "--series" : `--series ${name}=${panel[0]!.keys?.[name] ?? ""}`,
    },
  );
}
