import Papa from "papaparse";
import { DataError } from "../data-error.js";

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

/** Records from which the delimiter is detected. */
const SHOWN = 10;

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
    if (this.#delimiter === "") {
      const first = firstRecords(whole);
      if (first === undefined) return [];
      this.#delimiter = this.#detect(first);
    }
    this.#rest = this.#rest.slice(end);
    return this.#parse(lineFeeds(whole).slice(0, -1));
  }

  /** The records that are left after the last chunk. */
  end(): CsvRecord[] {
    const text = this.#rest;
    this.#rest = "";
    if (text === "") return [];
    this.#delimiter ||= this.#detect(firstRecords(text) ?? text);
    return this.#parse(lineFeeds(text));
  }

  #detect(text: string): string {
    const delimitersToGuess = DELIMITERS.filter((mark) => mark !== this.#format.decimal);
    const { errors, meta } = Papa.parse(lineFeeds(text), {
      delimitersToGuess,
      newline: "\n",
      skipEmptyLines: "greedy",
    });
    // a single column has none; what is guessed then may be the decimal mark
    return errors.some(({ code }) => code === "UndetectableDelimiter") ? delimitersToGuess[0]! : meta.delimiter;
  }

  #parse(text: string): CsvRecord[] {
    const { file } = this.#format;
    const { data, errors } = Papa.parse<string[]>(this.#row === 1 ? text.replace(/^\ufeff/, "") : text, {
      delimiter: this.#delimiter,
      newline: "\n",
    });
    if (data.length === 0) this.#row++; // a blank line alone
    const fault = errors.find(({ type }) => type === "Quotes");
    const records: CsvRecord[] = [];
    data.forEach((cells, i) => {
      const row = this.#row;
      if (fault?.row === i)
        throw new DataError("expected quotes in pairs, got a cell whose quotes do not end", { file, row });
      if (cells.length > 1 || cells[0]!.trim() !== "") records.push({ cells: cells.map((cell) => cell.trim()), row });
      this.#row += 1 + cells.reduce((sum, cell) => sum + cell.split("\n").length - 1, 0);
    });
    return records;
  }
}

/** Text whose lines end in LF alone, which cannot be misjudged from a chunk. */
function lineFeeds(text: string): string {
  return text.replace(/\r\n?/g, "\n");
}

/** The first records, as many as show what delimits them; undefined where there are fewer. */
function firstRecords(text: string): string | undefined {
  let quoted = false;
  let ends = 0;
  for (const { 0: mark, index } of text.matchAll(/"|[\r\n]+/g)) {
    if (mark === '"') quoted = !quoted;
    else if (!quoted && ++ends === SHOWN) return text.slice(0, index);
  }
  return undefined;
}
