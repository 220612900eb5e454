/** Where in a file a fault is. */
export interface Place {
  readonly file?: string | undefined;
  /** Line of the file, counted from 1; a header is line 1. */
  readonly row?: number | undefined;
  readonly column?: string | undefined;
}

/** Data that cannot be used. The message names file, row and column, then what was expected and what came. */
export class DataError extends Error {
  override readonly name = "DataError";
  /** The message without its place. */
  readonly fault: string;
  readonly file: string | undefined;
  readonly row: number | undefined;
  readonly column: string | undefined;

  constructor(fault: string, { file, row, column }: Place = {}) {
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
  }
}
