import { DataType, tableFromIPC, type Vector } from "apache-arrow";
import type { ColumnBuilder } from "../csv/column-builder.js";
import { DataError } from "../data-error.js";
import type { Table } from "../table/interpret.js";
import { columnOf, typedColumn } from "../table/made-column.js";
import { tableFrom } from "../table/made-table.js";
import { checkReadOptions, namedColumns, type ReadOptions } from "../table/options.js";
import { allBytes, chunksOf, type Source } from "./source.js";

/**
 * Reads Arrow IPC, the file form (Feather version 2) or the stream form; compressed buffers are not supported.
 * @throws DataError for a damaged file, or anything that is not understood in its table.
 */
export async function readArrow(source: Source, options: ReadOptions = {}): Promise<Table> {
  checkReadOptions(options);
  const bytes = await allBytes(chunksOf(source));
  const wanted = namedColumns(options);
  const columns: ColumnBuilder[] = [];
  try {
    const table = tableFromIPC(bytes);
    // a row takes a bit at least
    if (table.numRows > 8 * bytes.length) throw new RangeError(`${table.numRows} rows in ${bytes.length} bytes`);
    table.schema.fields.forEach(({ name }, i) => {
      const vector = table.getChildAt(i);
      if (vector && vector.length !== table.numRows)
        throw new RangeError(`${vector.length} of ${table.numRows} rows in "${name}"`);
      if (vector && (!wanted || wanted.includes(name) || wanted.includes(i)))
        columns.push(columnFrom(name, vector, i));
    });
  } catch (error) {
    throw new DataError(
      `expected an Arrow file without compression, got one that is damaged, cut off or compressed (${(error as Error).message})`,
      {
        file: options.file,
      },
    );
  }
  return tableFrom(columns, options);
}

function columnFrom(name: string, vector: Vector, index: number): ColumnBuilder {
  const { type } = vector;
  // apache-arrow gives dates and timestamps in milliseconds
  if (DataType.isTimestamp(type) || DataType.isDate(type)) {
    const seconds = Float64Array.from({ length: vector.length }, (_, i) => {
      const value = vector.get(i) as number | bigint | Date | null;
      return value === null ? Number.NaN : Number(value) / 1000;
    });
    return typedColumn(name, "second", seconds, index);
  }
  return columnOf(
    name,
    Array.from({ length: vector.length }, (_, i) => vector.get(i) as unknown),
    index,
  );
}
