import { DataError } from "../data-error.js";
import type { Note } from "../note.js";
import { looksLikeDate } from "../time/date-forms.js";
import { parseFormatted } from "../values/number-format.js";
import { ColumnBuilder } from "./column-builder.js";
import { type CsvFormat, type Dialect, decode, detectDialect } from "./dialect.js";
import { LineIndex } from "./line-index.js";
import { CsvScanner } from "./scanner.js";

/** The first bytes, from which the dialect is found. */
const PREFIX = 1 << 16;
const MAX_COLUMNS = 20_000;
/** Rows below the table that are taken for a footer. */
const MAX_FOOTER = 20;

export interface CsvReaderOptions extends CsvFormat {
  /** Whether a column is kept; all are by default. */
  readonly needs?: (name: string, index: number) => boolean;
  /** Bytes of the whole input, where they are known: the columns are then allocated once. */
  readonly size?: number | undefined;
}

/** The columns of a file before their meaning is known. */
export interface RawTable {
  readonly columns: readonly ColumnBuilder[];
  readonly rows: number;
  readonly lines: LineIndex;
  /** Names of all columns, those not kept included. */
  readonly names: readonly string[];
  readonly notes: readonly Note[];
}

/** Turns chunks of CSV bytes into columns; holds no more of the input than a record that is incomplete. */
export class CsvReader {
  readonly #options: CsvReaderOptions;
  #prefix: Uint8Array | undefined = new Uint8Array(0);
  #scanner: CsvScanner | undefined;
  #dialect: Dialect | undefined;
  #names: readonly string[] = [];
  /** The builders of all columns, undefined for those that are not kept. */
  #builders: (ColumnBuilder | undefined)[] = [];
  #kept: ColumnBuilder[] = [];
  #keptAt = new Int32Array(0);
  #fewest = 0;
  #headerLine = 0;
  #unitsLine = 0;
  #rows = 0;
  readonly #lines = new LineIndex();
  readonly #footer: { line: number; cells: number; text: string }[] = [];

  constructor(options: CsvReaderOptions) {
    this.#options = options;
  }

  /** @throws DataError for a record that does not fit the table. */
  push(chunk: Uint8Array): void {
    if (this.#scanner) {
      this.#scanner.push(chunk);
      return;
    }
    const before = this.#prefix!;
    // the dialect is found from the same bytes however they are cut
    const missing = PREFIX - before.length;
    const prefix = new Uint8Array(before.length + Math.min(missing, chunk.length));
    prefix.set(before);
    prefix.set(chunk.subarray(0, missing), before.length);
    this.#prefix = prefix;
    if (prefix.length < PREFIX) return;
    this.#begin(prefix, false);
    this.#scanner!.push(chunk.subarray(missing));
  }

  /** @throws DataError also for a file without rows. */
  end(): RawTable {
    if (!this.#scanner) this.#begin(this.#prefix!, true);
    this.#scanner!.end();
    const { file } = this.#options;
    const notes: Note[] = [];
    if (this.#scanner!.comments > 0) {
      notes.push({ code: "comments", message: `${this.#scanner!.comments} comment lines were skipped` });
    }
    const { units } = this.#dialect!;
    if (units)
      notes.push({
        code: "units-row",
        message: `line ${units.line} holds units and was skipped: ${units.cells.join(", ")}`,
      });
    if (this.#footer.length > 0) this.#endFooter(notes);
    if (this.#rows === 0) throw new DataError("expected rows of data, got a header alone", { file });
    return { columns: this.#kept, rows: this.#rows, lines: this.#lines, names: this.#names, notes };
  }

  #begin(prefix: Uint8Array, complete: boolean): void {
    const { file, needs, size } = this.#options;
    const dialect = detectDialect(prefix, complete, this.#options);
    this.#dialect = dialect;
    this.#prefix = undefined;
    const { width, header } = dialect;
    if (width > MAX_COLUMNS && !needs) {
      throw new DataError(`expected at most ${MAX_COLUMNS} columns, got ${width}; choose those to read`, {
        file,
        hint: "--column",
      });
    }
    const names = Array.from({ length: width }, (_, i) => header?.[i] || (header && i === 0 ? "" : String(i + 1)));
    this.#names = names;
    // a row count from the size of the input: the pages that stay empty take no memory
    const perRow = prefix.length / Math.max(1, countLines(prefix));
    const capacity = complete ? 16 : Math.max(1024, Math.ceil(((size ?? prefix.length) / perRow) * 1.05));
    this.#builders = names.map((name, i) =>
      !needs || needs(name, i) ? new ColumnBuilder(name, i, capacity) : undefined,
    );
    this.#kept = this.#builders.filter((builder) => builder !== undefined);
    this.#keptAt = Int32Array.from(this.#kept, ({ index }) => 2 * index);
    this.#fewest = header ? header.findLastIndex((name) => name !== "") + 1 : width;
    this.#headerLine = dialect.headerLine;
    this.#unitsLine = dialect.units?.line ?? 0;
    const { delimiter, comment, skipLines } = dialect;
    this.#scanner = new CsvScanner({ delimiter, comment, skipLines, file }, (bytes, bounds, cells, line) =>
      this.#add(bytes, bounds, cells, line),
    );
    this.#scanner.push(prefix);
  }

  #add(bytes: Uint8Array, bounds: Int32Array, cells: number, line: number): void {
    if (line === this.#headerLine || line === this.#unitsLine) return;
    const width = this.#names.length;
    if (cells !== width && !this.#fits(bytes, bounds, cells)) {
      const text = decode(bytes, bounds[0]!, bounds[1]!, this.#options.file, line);
      if (this.#footer.length <= MAX_FOOTER) this.#footer.push({ line, cells, text });
      return;
    }
    if (this.#footer.length > 0) throw this.#ragged();
    const kept = this.#kept;
    const at = this.#keptAt;
    for (let k = 0; k < kept.length; k++) {
      const i = at[k]!;
      if (i < 2 * cells) kept[k]!.add(bytes, bounds[i]!, bounds[i + 1]!);
      else kept[k]!.addEmpty();
    }
    this.#lines.push(line);
    this.#rows++;
  }

  /** Whether a record of another width lacks or adds empty cells alone. */
  #fits(bytes: Uint8Array, bounds: Int32Array, cells: number): boolean {
    if (cells < this.#names.length) return cells >= this.#fewest;
    for (let i = this.#names.length; i < cells; i++) {
      for (let at = bounds[2 * i]!; at < bounds[2 * i + 1]!; at++) if (bytes[at] !== 32) return false;
    }
    return true;
  }

  #ragged(): DataError {
    const { line, cells } = this.#footer[0]!;
    const { file } = this.#options;
    return new DataError(`expected ${this.#names.length} cells, got ${cells}; check delimiter and quotes`, {
      file,
      row: line,
      hint: "--delimiter",
    });
  }

  /** Text below the table, such as a source, is left out; anything that could be data is an error. */
  #endFooter(notes: Note[]): void {
    const isText = ({ text }: { text: string }) =>
      parseFormatted(text) === undefined && !looksLikeDate(text) && text !== "";
    if (this.#footer.length > MAX_FOOTER || !this.#footer.every(isText)) throw this.#ragged();
    const { line, text } = this.#footer[0]!;
    const more = this.#footer.length > 1 ? ` and ${this.#footer.length - 1} more` : "";
    notes.push({ code: "footer", message: `line ${line} ("${text.slice(0, 40)}")${more} below the table left out` });
  }
}

function countLines(bytes: Uint8Array): number {
  let lines = 0;
  for (const byte of bytes) if (byte === 10 || byte === 13) lines++;
  return lines;
}
