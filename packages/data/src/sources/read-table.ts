import { readerOf, singleSeries } from "../csv/read-csv.js";
import { DataError } from "../data-error.js";
import type { Series } from "../series/series.js";
import { interpret, type Table } from "../table/interpret.js";
import { checkReadOptions, type ReadOptions } from "../table/options.js";
import { FILE_TYPE_NAMES, type FileType, unicodeMark, utf16WithoutMark } from "./file-type.js";
import { chunksOf, type Source } from "./source.js";
import { unpack } from "./unpack.js";

export interface TextOptions extends ReadOptions {
  /** The encoding of the text, as TextDecoder names them; UTF-8, or what a byte order mark says, by default. */
  readonly encoding?: string;
  /** Bytes of the whole input, where they are known: the columns are then allocated once. */
  readonly size?: number;
}

/** Splits the options of the text from those of the table. */
export function tableOptions({ encoding: _, size: __, ...options }: TextOptions): ReadOptions {
  return options;
}

/**
 * Reads a table of delimited text (CSV, TSV and the like) from text, bytes, a Blob, a stream or chunks; gzip and ZIP are undone.
 * Memory is that of the columns, not of the text.
 * @throws DataError for anything that is not understood, with the flag that settles it; files of other types are named.
 */
export async function readTable(source: Source, options: TextOptions = {}): Promise<Table> {
  const { file, encoding } = options;
  checkReadOptions(tableOptions(options));
  const size = options.size ?? sizeOf(source);
  const { type, head, chunks, packed } = await unpack(chunksOf(source), file);
  if (type !== "text") throw otherType(type, file);
  return readText(head, chunks, {
    ...options,
    ...(encoding !== undefined && { encoding }),
    ...(size !== undefined && !packed && { size }),
  });
}

function sizeOf(source: Source): number | undefined {
  if (source instanceof Uint8Array) return source.length;
  return source instanceof Blob ? source.size : undefined;
}

export function otherType(type: FileType, file: string | undefined): DataError {
  const advice: Partial<Record<FileType, string>> = {
    html: "give the address of the file itself, not of the page about it",
    xls: "save it as .xlsx or CSV",
    feather: "write it again as Feather version 2",
    duckdb: "export the table as Parquet or CSV",
    hdf5: "export the series as CSV",
    numpy: "export the array as CSV",
  };
  return new DataError(
    `expected a table as text, got ${FILE_TYPE_NAMES[type]}; ${advice[type] ?? "read it with the reader of its type, or export it as CSV"}`,
    { file },
  );
}

/** The one series of delimited text, from chunks of it. @throws DataError as `readTable` does, and for several series. */
export async function readCsvStream(
  chunks: AsyncIterable<Uint8Array | string>,
  options: TextOptions = {},
): Promise<Series> {
  return singleSeries(await readTable(chunks, options), options);
}

async function readText(head: Uint8Array, chunks: AsyncIterable<Uint8Array>, options: TextOptions): Promise<Table> {
  const { file } = options;
  const plain = tableOptions(options);
  const mark = unicodeMark(head);
  const encoding = (options.encoding ?? mark?.encoding ?? "utf-8").toLowerCase();
  const unmarked = mark || options.encoding !== undefined ? undefined : utf16WithoutMark(head);
  if (unmarked) {
    throw new DataError("expected text in UTF-8, got UTF-16 without a byte order mark", {
      file,
      hint: `--encoding ${unmarked}`,
    });
  }
  const reader = readerOf(plain, options.size);
  if (encoding === "utf-8" || encoding === "utf8") {
    let skip = mark?.length ?? 0;
    for await (const chunk of chunks) {
      reader.push(skip > 0 ? chunk.subarray(skip) : chunk);
      skip = 0;
    }
    return interpret(reader.end(), plain);
  }
  let decoder: TextDecoder;
  try {
    decoder = new TextDecoder(encoding, { fatal: true });
  } catch {
    throw new RangeError(
      `encoding: expected a name such as utf-8, utf-16le, latin1 or windows-1252, got "${encoding}"`,
    );
  }
  const encoder = new TextEncoder();
  const push = (chunk?: Uint8Array) => {
    let text: string;
    try {
      text = chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode();
    } catch {
      throw new DataError(`expected text in ${encoding}, got bytes that are not`, { file, hint: "--encoding" });
    }
    if (text !== "") reader.push(encoder.encode(text));
  };
  for await (const chunk of chunks) push(chunk);
  push();
  return interpret(reader.end(), plain);
}
