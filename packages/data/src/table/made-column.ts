import { ColumnBuilder } from "../csv/column-builder.js";

const encoder = new TextEncoder();

/** A column of cells that are texts already: a missing cell is an empty text. */
export function textColumn(name: string, cells: Iterable<string>, index = 0): ColumnBuilder {
  const column = new ColumnBuilder(name, index, 16);
  for (const cell of cells) {
    const bytes = encoder.encode(cell);
    column.add(bytes, 0, bytes.length);
  }
  return column;
}

/** A column of numbers, or of times in seconds since 1970: NaN for a missing one. */
export function typedColumn(
  name: string,
  kind: "number" | "second",
  values: Float64Array,
  index: number,
): ColumnBuilder {
  const column = new ColumnBuilder(name, index, 0);
  column.values = values;
  column.rows = values.length;
  for (const value of values) if (!Number.isNaN(value)) column.parsed++;
  column.kind = column.parsed > 0 ? kind : "empty";
  return column;
}

/** A column of values as JavaScript has them: numbers, bigints, dates, texts and booleans; null and undefined are missing. */
export function columnOf(name: string, values: ArrayLike<unknown>, index: number): ColumnBuilder {
  let numbers = 0;
  let dates = 0;
  let missing = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value === null || value === undefined || value === "") missing++;
    else if (typeof value === "number" || typeof value === "bigint") numbers++;
    else if (value instanceof Date) dates++;
  }
  const fill = (read: (value: unknown) => number) =>
    Float64Array.from({ length: values.length }, (_, i) => {
      const value = values[i];
      return value === null || value === undefined || value === "" ? Number.NaN : read(value);
    });
  if (numbers + missing === values.length && allFinite(values))
    return typedColumn(name, "number", fill(Number), index);
  if (dates + missing === values.length)
    return typedColumn(
      name,
      "second",
      fill((value) => (value as Date).getTime() / 1000),
      index,
    );
  return textColumn(name, texts(values), index);
}

/** Infinity is no value: as a text it is refused with its row. */
function allFinite(values: ArrayLike<unknown>): boolean {
  for (let i = 0; i < values.length; i++) {
    if (values[i] === Number.POSITIVE_INFINITY || values[i] === Number.NEGATIVE_INFINITY) return false;
  }
  return true;
}

function* texts(values: ArrayLike<unknown>): Generator<string> {
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value === null || value === undefined || Number.isNaN(value)) yield "";
    else if (value instanceof Date) yield Number.isNaN(value.getTime()) ? "" : value.toISOString();
    else yield typeof value === "object" ? JSON.stringify(value) : String(value);
  }
}
