import { DataError } from "../data-error.js";
import type { ColumnBuilder } from "./column-builder.js";
import { notUtf8 } from "./dialect.js";
import type { LineIndex } from "./line-index.js";

/** Where the rows of a table stand, for errors. */
export interface Origin {
  readonly file: string | undefined;
  readonly lines: LineIndex;
}

/** An error about a cell of a column. */
export function problem(
  fault: string,
  column: { readonly name: string },
  row: number,
  { file, lines }: Origin,
  hint?: string,
): DataError {
  return new DataError(fault, { file, row: lines.at(row), column: column.name, hint });
}

/**
 * The text of a cell that is no plain number or ISO time.
 * @throws DataError for bytes that are no UTF-8.
 */
export function textAt({ texts, textRows }: ColumnBuilder, index: number, { file, lines }: Origin): string {
  try {
    return texts.at(index);
  } catch {
    throw notUtf8(file, lines.at(textRows[index]!));
  }
}
