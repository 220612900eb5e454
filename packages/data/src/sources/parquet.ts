import { type FileMetaData, parquetMetadataAsync, parquetRead, parquetSchema } from "hyparquet";
import { DataError } from "../data-error.js";
import type { Table } from "../table/interpret.js";
import { columnOf } from "../table/made-column.js";
import { tableFrom } from "../table/made-table.js";
import { checkReadOptions, namedColumns, type ReadOptions } from "../table/options.js";

/** A file that is read in parts: bytes, a Blob, or anything with a length and slices. */
export type RandomAccess =
  | Uint8Array
  | Blob
  | { readonly byteLength: number; slice(start: number, end?: number): ArrayBuffer | Promise<ArrayBuffer> };

/** Rows that a file may hold: a million, and 256 per byte, which is more than run lengths of real data reach. */
const maxRows = (bytes: number) => 1_000_000 + 256 * bytes;

/**
 * Reads a Parquet file: only the columns that the options name, where they name both times and values.
 * @throws DataError for a damaged file, nested columns that are named, or anything that is not understood in its table.
 */
export async function readParquet(source: RandomAccess, options: ReadOptions = {}): Promise<Table> {
  checkReadOptions(options);
  const { file } = options;
  const buffer = accessOf(source);
  const damaged = (error: unknown) =>
    error instanceof DataError
      ? error
      : new DataError(`expected a Parquet file, got one that is damaged or cut off (${(error as Error).message})`, {
          file,
        });
  let metadata: FileMetaData;
  let names: string[];
  try {
    metadata = await parquetMetadataAsync(buffer);
    names = parquetSchema(metadata)
      .children.filter(({ children }) => children.length === 0)
      .map(({ element }) => element.name);
  } catch (error) {
    throw damaged(error);
  }
  const rows = Number(metadata.num_rows);
  const counted = metadata.row_groups.reduce((sum, group) => sum + Number(group.num_rows), 0);
  if (!(rows >= 0 && rows <= maxRows(buffer.byteLength)) || counted !== rows) {
    throw damaged(new RangeError(`${rows} rows stated, ${counted} in its row groups`));
  }
  const wanted = namedColumns(options);
  const read = wanted ? names.filter((name, i) => wanted.includes(name) || wanted.includes(i)) : names;
  const cells = new Map<string, unknown[]>(read.map((name) => [name, []]));
  try {
    if (read.length > 0) {
      await parquetRead({
        file: buffer,
        metadata,
        columns: read,
        compressors: (await import("hyparquet-compressors")).compressors,
        onChunk: ({ columnName, columnData, rowStart }) => {
          const column = cells.get(columnName)!;
          for (let i = 0; i < columnData.length; i++) column[rowStart + i] = columnData[i];
        },
      });
    }
  } catch (error) {
    throw damaged(error);
  }
  return tableFrom(
    read.map((name) => columnOf(name, cells.get(name)!, names.indexOf(name))),
    options,
  );
}

function accessOf(source: RandomAccess) {
  if (source instanceof Blob) {
    return {
      byteLength: source.size,
      slice: (start: number, end?: number) => source.slice(start, end).arrayBuffer(),
    };
  }
  if (!(source instanceof Uint8Array)) return source;
  return {
    byteLength: source.length,
    slice: (start: number, end?: number) => source.slice(start, end).buffer as ArrayBuffer,
  };
}
