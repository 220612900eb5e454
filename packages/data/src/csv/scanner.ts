import { DataError } from "../data-error.js";

const LF = 10;
const CR = 13;
const QUOTE = 34;
const SPACE = 32;

/** The largest record in bytes: bounds the memory that an unclosed quote can take. */
const MAX_RECORD = 32 << 20;
/** Incomplete records from this size on are scanned again only after they have doubled. */
const LONG = 1 << 16;
const FIRST_BUFFER = 1 << 18;
/** Stands for the end of a cell whose closing quote has not come yet. */
const INCOMPLETE = 0x7fffffff;

export interface ScannerOptions {
  /** The byte between cells. */
  readonly delimiter: number;
  /** Lines that begin with these bytes are skipped. */
  readonly comment?: Uint8Array | undefined;
  /** Lines at the top that are skipped. */
  readonly skipLines?: number;
  readonly file?: string | undefined;
}

/**
 * Receives one record: cell i is bytes [bounds[2i], bounds[2i + 1]), without quotes, valid during the call alone.
 * `line` is the line of the file on which the record begins, from 1.
 */
export type OnRecord = (bytes: Uint8Array, bounds: Int32Array, cells: number, line: number) => void;

/**
 * Splits CSV bytes (UTF-8 or another superset of ASCII) into records by RFC 4180: quoted cells may hold delimiters, line breaks
 * and doubled quotes; lines end in LF, CRLF or CR. A quote inside an unquoted cell is text. Blank lines are skipped.
 * Records do not depend on where the chunks are cut: an incomplete record is kept and scanned again.
 */
export class CsvScanner {
  readonly #options: ScannerOptions;
  readonly #onRecord: OnRecord;
  #buffer = new Uint8Array(FIRST_BUFFER);
  #end = 0;
  /** Bytes that must be there before an incomplete record is scanned again: twice its size, so that the work stays linear. */
  #scanFrom = 0;
  #bounds = new Int32Array(256);
  #line = 1;
  /** The cells and the lines of the record that was scanned last. */
  #cells = 0;
  #lines = 1;
  /** Comment lines skipped so far. */
  comments = 0;

  constructor(options: ScannerOptions, onRecord: OnRecord) {
    this.#options = options;
    this.#onRecord = onRecord;
  }

  /** The bytes that are held because their record is incomplete. */
  get pending(): number {
    return this.#end;
  }

  /** @throws DataError for a quoted cell followed by text, or a record larger than 32 MB. */
  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; ) {
      if (this.#end === this.#buffer.length) this.#grow();
      const part = chunk.subarray(at, at + this.#buffer.length - this.#end);
      this.#buffer.set(part, this.#end);
      this.#end += part.length;
      at += part.length;
      if (this.#end >= this.#scanFrom || this.#end === this.#buffer.length) this.#scan(false);
    }
  }

  /** Ends the input. @throws DataError also for a quote that is never closed. */
  end(): void {
    this.#scan(true);
  }

  #grow(): void {
    if (this.#buffer.length >= MAX_RECORD) {
      const reason = this.#buffer.includes(QUOTE)
        ? "a quote that is never closed, or a record larger than 32 MB"
        : "a line longer than 32 MB; is this a text file?";
      throw new DataError(`expected a record of a table, got ${reason}`, this.#place());
    }
    const larger = new Uint8Array(this.#buffer.length * 2);
    larger.set(this.#buffer);
    this.#buffer = larger;
  }

  #place() {
    return { file: this.#options.file, row: this.#line };
  }

  /** Passes on the complete records of the buffer and moves the rest to its front. */
  #scan(final: boolean): void {
    const buffer = this.#buffer;
    const end = this.#end;
    const { comment, skipLines = 0 } = this.#options;
    let start = 0;
    while (start < end) {
      this.#lines = 1;
      const isComment = comment !== undefined && this.#line > skipLines && beginsWith(buffer, start, end, comment);
      const isSkipped = isComment || this.#line <= skipLines;
      const at = isSkipped ? lineEnd(buffer, start, end) : this.#record(start, final);
      const next = at < 0 ? -1 : afterLineEnd(buffer, at, end, final);
      if (next < 0) break;
      if (isComment) this.comments++;
      else if (!isSkipped) this.#emit();
      this.#line += this.#lines;
      start = next;
    }
    buffer.copyWithin(0, start, end);
    this.#end = end - start;
    this.#scanFrom = this.#end > LONG ? 2 * this.#end : 0;
  }

  /** Finds the cells of the record at `start`; returns where its line ends, or −1 where it is incomplete. */
  #record(start: number, final: boolean): number {
    const buffer = this.#buffer;
    const end = this.#end;
    const { delimiter } = this.#options;
    let bounds = this.#bounds;
    let cells = 0;
    let at = start;
    for (;;) {
      let from = at;
      while (at < end && buffer[at] === SPACE) at++;
      let to: number;
      if (at < end && buffer[at] === QUOTE) {
        from = at + 1;
        to = this.#quoted(from, final);
        if (to === INCOMPLETE) return -1;
        at = (to < 0 ? ~to : to) + 1;
        while (at < end && buffer[at] === SPACE) at++;
        if (at < end && buffer[at] !== delimiter && buffer[at] !== LF && buffer[at] !== CR) {
          throw new DataError(
            "expected quotes in pairs, got text after a closing quote; double the quotes inside a cell",
            this.#place(),
          );
        }
      } else {
        for (; at < end; at++) {
          const byte = buffer[at];
          if (byte === delimiter || byte === LF || byte === CR) break;
        }
        to = at;
      }
      if (2 * cells + 2 > bounds.length) {
        bounds = new Int32Array(2 * bounds.length);
        bounds.set(this.#bounds);
        this.#bounds = bounds;
      }
      bounds[2 * cells] = from;
      bounds[2 * cells + 1] = to;
      cells++;
      if (at === end || buffer[at] !== delimiter) break;
      at++;
    }
    this.#cells = cells;
    return at;
  }

  /** The position of the closing quote, complemented where quotes in between are doubled, or INCOMPLETE. */
  #quoted(from: number, final: boolean): number {
    const buffer = this.#buffer;
    const end = this.#end;
    let doubled = false;
    let at = from;
    for (; at < end; at++) {
      const byte = buffer[at];
      if (byte === QUOTE) {
        if (at + 1 === end && !final) return INCOMPLETE;
        if (at + 1 === end || buffer[at + 1] !== QUOTE) return doubled ? ~at : at;
        doubled = true;
        at++;
      } else if (byte === LF || (byte === CR && buffer[at + 1] !== LF)) this.#lines++;
    }
    if (!final) return INCOMPLETE;
    throw new DataError("expected quotes in pairs, got a cell whose quotes do not end", this.#place());
  }

  #emit(): void {
    const buffer = this.#buffer;
    const bounds = this.#bounds;
    const cells = this.#cells;
    if (cells === 1 && isBlank(buffer, bounds[0]!, bounds[1]!)) return;
    for (let i = 1; i < 2 * cells; i += 2) {
      if (bounds[i]! < 0) bounds[i] = compactQuotes(buffer, bounds[i - 1]!, ~bounds[i]!);
    }
    this.#onRecord(buffer, bounds, cells, this.#line);
  }
}

function lineEnd(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] !== LF && bytes[at] !== CR) at++;
  return at;
}

/** The position after the line end at `at`; −1 where more bytes must tell whether the line ends, or whether LF follows CR. */
function afterLineEnd(bytes: Uint8Array, at: number, end: number, final: boolean): number {
  if (at === end) return final ? end : -1;
  if (bytes[at] === LF) return at + 1;
  if (at + 1 === end) return final ? end : -1;
  return bytes[at + 1] === LF ? at + 2 : at + 1;
}

function isBlank(bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (bytes[i] !== SPACE && bytes[i] !== 9) return false;
  return true;
}

function beginsWith(bytes: Uint8Array, from: number, end: number, mark: Uint8Array): boolean {
  if (from + mark.length > end) return false;
  for (let i = 0; i < mark.length; i++) if (bytes[from + i] !== mark[i]) return false;
  return true;
}

/** Replaces doubled quotes by single ones in place; returns the new end. */
function compactQuotes(bytes: Uint8Array, from: number, to: number): number {
  let out = from;
  for (let i = from; i < to; i++) {
    bytes[out++] = bytes[i]!;
    if (bytes[i] === QUOTE) i++;
  }
  return out;
}
