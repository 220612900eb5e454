import Papa from "papaparse";
import { DataError } from "./data-error.js";

/** The cells of one record, and the line of the file on which it begins, counted from 1. */
export interface CsvRecord {
  readonly cells: readonly string[];
  readonly row: number;
}

export interface CsvFormat {
  /** Detected among , ; tab and | where it is not given. */
  readonly delimiter?: string;
  /** The decimal mark; "." by default. */
  readonly decimal?: "." | ",";
  /** What errors call the file. */
  readonly file?: string;
}

const DELIMITERS = [",", ";", "\t", "|"];

/** Turns chunks of CSV text into records; what a chunk may have cut waits for the next one. */
export class CsvRecords {
  readonly #format: CsvFormat;
  #delimiter: string;
  #rest = "";
  #row = 1;

  constructor(format: CsvFormat) {
    this.#format = format;
    this.#delimiter = format.delimiter ?? "";
  }

  /** The records that are whole after one more chunk; blank lines are left out. */
  push(chunk: string): CsvRecord[] {
    this.#rest += chunk;
    const end = this.#rest.lastIndexOf("\n") + 1;
    const whole = this.#rest.slice(0, end);
    // an odd number of quotes: the last line break may stand inside a quoted cell
    if (end === 0 || whole.split('"').length % 2 === 0) return [];
    this.#rest = this.#rest.slice(end);
    return this.#parse(whole.slice(0, -1));
  }

  /** The records that are left after the last chunk. */
  end(): CsvRecord[] {
    const text = this.#rest;
    this.#rest = "";
    return text === "" ? [] : this.#parse(text);
  }

  #parse(text: string): CsvRecord[] {
    const { decimal, file } = this.#format;
    const { data, errors, meta } = Papa.parse<string[]>(this.#row === 1 ? text.replace(/^\ufeff/, "") : text, {
      delimiter: this.#delimiter,
      delimitersToGuess: DELIMITERS.filter((mark) => mark !== decimal),
    });
    this.#delimiter = meta.delimiter;
    const fault = errors.find(({ type }) => type === "Quotes");
    const records: CsvRecord[] = [];
    data.forEach((cells, i) => {
      const row = this.#row;
      if (fault?.row === i)
        throw new DataError("expected quotes in pairs, got a cell whose quotes do not end", { file, row });
      if (cells.some((cell) => cell.trim() !== "")) records.push({ cells: cells.map((cell) => cell.trim()), row });
      this.#row += 1 + cells.reduce((sum, cell) => sum + cell.split("\n").length - 1, 0);
    });
    return records;
  }
}
