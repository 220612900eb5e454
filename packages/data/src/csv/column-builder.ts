import { isMissingWord } from "../values/missing-words.js";
import { latin1, parseDecimal } from "./decimal.js";
import { type IsoKind, type IsoTime, parseIso } from "./iso-time.js";
import { TextStore } from "./text-store.js";

/** What most cells of a column hold: plain numbers, ISO times, or anything else. */
export type CellKind = "empty" | "number" | IsoKind | "text";

/** The largest size of text that a column may hold before its text is dropped: 256 MB. */
const MAX_TEXT = 256 << 20;

const SPACE = 32;
const TAB = 9;
const DOT = 46;
const iso: IsoTime = { kind: "day", value: 0, offset: 0 };

/**
 * One column on its way from bytes to a typed array. The first cell that is a plain number or an ISO time decides which of
 * them goes into `values`; every other cell that is not empty is kept as text with its row, so nothing is lost and later steps
 * judge the column by all of its cells.
 */
export class ColumnBuilder {
  readonly name: string;
  readonly index: number;
  kind: CellKind = "empty";
  /** The values of rows 0 … rows − 1, in capacity to spare: NaN for an empty cell and for one that is kept as text. */
  values: Float64Array;
  rows = 0;
  /** Cells of `values` that are numbers or times. */
  parsed = 0;
  /** Cells that are neither empty nor of the column's kind. */
  readonly texts = new TextStore();
  /** Text i stands in row textRows[i]. */
  textRows = new Uint32Array(4);
  /** Whether texts were dropped because they took too much memory. */
  dropped = false;

  /** Plain numbers: the most and the fewest characters, cells with a leading zero, and those with a decimal point. */
  longest = 0;
  shortest = Number.POSITIVE_INFINITY;
  dots = 0;
  /** The row of the first number whose point does not stand before exactly three digits and after one to three; −1 for none. */
  firstDecimal = -1;
  /** Numbers such as 1.234, in which the point may mark thousands: one bit per row. */
  grouped: Uint8Array | undefined;

  /** Times: seconds ahead of UTC, the same in all cells or, in `offsets`, one per row. NaN for times without a zone. */
  offset = Number.NaN;
  offsets: Float64Array | undefined;
  zoned = 0;

  constructor(name: string, index: number, capacity: number) {
    this.name = name;
    this.index = index;
    this.values = new Float64Array(capacity);
  }

  /** Adds the cell of the next row; spaces around it are left out. */
  add(bytes: Uint8Array, start: number, end: number): void {
    let from = start;
    let to = end;
    while (from < to && (bytes[from] === SPACE || bytes[from] === TAB)) from++;
    while (to > from && (bytes[to - 1] === SPACE || bytes[to - 1] === TAB)) to--;
    const row = this.rows++;
    if (row >= this.values.length) this.#grow();
    this.values[row] = from === to ? Number.NaN : this.#parse(bytes, from, to, row);
  }

  /** An empty cell in the next row. */
  addEmpty(): void {
    const row = this.rows++;
    if (row >= this.values.length) this.#grow();
    this.values[row] = Number.NaN;
  }

  /** Leaves the first `rows` rows. */
  truncate(rows: number): void {
    for (let row = rows; row < this.rows; row++) if (!Number.isNaN(this.values[row])) this.parsed--;
    let count = this.texts.count;
    while (count > 0 && this.textRows[count - 1]! >= rows) count--;
    this.texts.truncate(count);
    this.rows = rows;
  }

  /** The text kept for a row, by its index in `texts`; −1 for none. */
  textIndex(row: number): number {
    let low = 0;
    let high = this.texts.count - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const at = this.textRows[middle]!;
      if (at === row) return middle;
      if (at < row) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  #parse(bytes: Uint8Array, from: number, to: number, row: number): number {
    const { kind } = this;
    if (kind === "number" || kind === "empty") {
      const value = parseDecimal(bytes, from, to);
      if (Number.isFinite(value)) {
        this.kind = "number";
        this.parsed++;
        this.#shapeOf(bytes, from, to, row);
        return value;
      }
      if (kind === "number") return this.#text(bytes, from, to, row);
    }
    if (kind === "text" || !parseIso(bytes, from, to, iso)) return this.#text(bytes, from, to, row);
    if (kind === "empty") this.kind = iso.kind;
    else if (kind !== iso.kind) return this.#text(bytes, from, to, row);
    if (iso.kind === "second") {
      const { offset } = iso;
      const known = this.offsets === undefined ? this.offset : Number.NaN;
      if (this.parsed === 0) this.offset = offset;
      else if (!Object.is(known, offset)) this.#setOffset(row, offset);
      if (!Number.isNaN(offset)) this.zoned++;
    }
    this.parsed++;
    return iso.value;
  }

  #shapeOf(bytes: Uint8Array, from: number, to: number, row: number): void {
    const length = to - from;
    if (length > this.longest) this.longest = length;
    if (length < this.shortest) this.shortest = length;
    // the point of 1.234 stands fourth from the end
    let point = to - 4;
    if (point >= from && bytes[point] === DOT) {
      this.dots++;
      const first = bytes[from]!;
      const signed = first === 45 || first === 43 ? 1 : 0;
      const before = point - from - signed;
      if (before >= 1 && before <= 3 && bytes[from + signed] !== 48) {
        this.grouped ??= new Uint8Array(this.values.length >> 3 || 8);
        if (row >> 3 >= this.grouped.length) {
          const larger = new Uint8Array(Math.max(this.values.length >> 3, (row >> 3) + 1));
          larger.set(this.grouped);
          this.grouped = larger;
        }
        this.grouped[row >> 3]! |= 1 << (row & 7);
      } else if (this.firstDecimal < 0) this.firstDecimal = row;
      return;
    }
    for (point = to - 1; point >= from; point--) {
      if (bytes[point] !== DOT) continue;
      this.dots++;
      if (this.firstDecimal < 0) this.firstDecimal = row;
      return;
    }
  }

  #setOffset(row: number, offset: number): void {
    if (!this.offsets) this.offsets = new Float64Array(this.values.length).fill(this.offset);
    this.offsets[row] = offset;
  }

  #text(bytes: Uint8Array, from: number, to: number, row: number): number {
    const { texts } = this;
    if (this.kind === "empty" && !mayBeMissing(bytes, from, to)) this.kind = "text";
    if (this.dropped) return Number.NaN;
    if (texts.size > MAX_TEXT) {
      this.dropped = true;
      return Number.NaN;
    }
    if (texts.count === this.textRows.length) {
      const larger = new Uint32Array(texts.count * 2);
      larger.set(this.textRows);
      this.textRows = larger;
    }
    this.textRows[texts.count] = row;
    texts.push(bytes, from, to);
    return Number.NaN;
  }

  #grow(): void {
    const capacity = this.values.length * 2;
    const larger = new Float64Array(capacity);
    larger.set(this.values);
    this.values = larger;
    if (!this.offsets) return;
    const offsets = new Float64Array(capacity);
    offsets.set(this.offsets);
    this.offsets = offsets;
  }
}

/** Whether a text stands for a missing value, which does not say what the column holds. */
function mayBeMissing(bytes: Uint8Array, from: number, to: number): boolean {
  return to - from <= 9 && isMissingWord(latin1(bytes, from, to).replace(/^\xe2\x80[\x93\x94]$/, "-"));
}
