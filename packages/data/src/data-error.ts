/** Where in a file a fault is, and which flag of the command line settles it. */
export interface Place {
  readonly file?: string | undefined;
  /** Line of the file, counted from 1; a header is line 1. */
  readonly row?: number | undefined;
  readonly column?: string | undefined;
  /** A flag with its value, such as `--date-format dd/MM/yyyy`. */
  readonly hint?: string | undefined;
}

/** Data that cannot be used. The message names file, row and column, then the expected and the actual content. */
export class DataError extends Error {
  override readonly name = "DataError";
  /** The message without its place. */
  readonly fault: string;
  readonly file: string | undefined;
  readonly row: number | undefined;
  readonly column: string | undefined;
  readonly hint: string | undefined;

  constructor(fault: string, { file, row, column, hint }: Place = {}) {
    const place = [
      file,
      row === undefined ? undefined : `row ${row}`,
      column === undefined ? undefined : `column "${column}"`,
    ].filter((part) => part !== undefined);
    super(place.length > 0 ? `${place.join(", ")}: ${fault}` : fault);
    this.fault = fault;
    this.file = file;
    this.row = row;
    this.column = column;
    this.hint = hint;
  }
}
