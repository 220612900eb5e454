import { ColumnBuilder } from "../csv/column-builder.js";

const encoder = new TextEncoder();

/** A column of cells that are texts already: a missing cell is an empty text. */
export function textColumn(name: string, cells: readonly string[], index = 0): ColumnBuilder {
  const column = new ColumnBuilder(name, index, Math.max(1, cells.length));
  for (const cell of cells) {
    const bytes = encoder.encode(cell);
    column.add(bytes, 0, bytes.length);
  }
  return column;
}

/** A column of numbers: NaN for a missing one. */
export function numberColumn(name: string, values: Float64Array, index = 0): ColumnBuilder {
  const column = new ColumnBuilder(name, index, 1);
  column.values = values;
  column.rows = values.length;
  column.kind = "number";
  for (const value of values) if (!Number.isNaN(value)) column.parsed++;
  return column;
}
