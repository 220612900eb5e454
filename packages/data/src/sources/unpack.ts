import { DataError } from "../data-error.js";
import { FILE_TYPE_NAMES, type FileType, fileType, HEAD_BYTES } from "./file-type.js";
import { peek, resume } from "./source.js";

/** The most bytes that a compressed file may hold: 4 GB. */
const MAX_UNPACKED = 0x1_0000_0000;
/** Compressed bytes that are inflated at a time: at most about a thousand times as many come out at once. */
const SLICE = 1 << 14;

/** A file after its compression was undone. */
export interface Unpacked {
  readonly type: FileType;
  readonly head: Uint8Array;
  readonly chunks: AsyncGenerator<Uint8Array>;
  /** What was undone. */
  readonly packed: FileType | undefined;
}

/**
 * Undoes gzip, a ZIP archive of one file, and Zstandard where the engine has it.
 * @throws DataError for an archive of several tables, a damaged or an oversized file.
 */
export async function unpack(source: AsyncGenerator<Uint8Array>, file: string | undefined): Promise<Unpacked> {
  const head = await peek(source, HEAD_BYTES);
  const type = fileType(head);
  const chunks = resume(head, source);
  if (type === "gzip" || type === "zstd") return inner(inflate(chunks, type, file), type);
  if (type === "zip") {
    const entries = unzip(chunks, file);
    return inner(entries, type);
  }
  return { type, head, chunks, packed: undefined };
}

async function inner(chunks: AsyncGenerator<Uint8Array>, packed: FileType): Promise<Unpacked> {
  const head = await peek(chunks, HEAD_BYTES);
  return { type: fileType(head), head, chunks: resume(head, chunks), packed };
}

async function* inflate(
  chunks: AsyncGenerator<Uint8Array>,
  format: "gzip" | "zstd",
  file: string | undefined,
): AsyncGenerator<Uint8Array> {
  let stream: DecompressionStream;
  try {
    stream = new DecompressionStream(format as CompressionFormat);
  } catch {
    throw new DataError(
      `expected a table, got ${FILE_TYPE_NAMES[format]}, which this engine cannot decompress; decompress it first`,
      { file },
    );
  }
  const writer = stream.writable.getWriter();
  const written = (async () => {
    for await (const chunk of chunks) await writer.write(chunk as Uint8Array<ArrayBuffer>);
    await writer.close();
  })();
  written.catch(() => {});
  const reader = stream.readable.getReader();
  let total = 0;
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      total += next.value.length;
      if (total > MAX_UNPACKED) throw tooLarge(file);
      yield next.value;
    }
    await written;
  } catch (error) {
    throw error instanceof DataError ? error : damaged(format, file);
  } finally {
    await reader.cancel().catch(() => {});
    await writer.abort().catch(() => {});
  }
}

const tooLarge = (file: string | undefined) =>
  new DataError("expected at most 4 GB of decompressed content, got more; decompress the file and give its part", {
    file,
  });

const damaged = (format: FileType, file: string | undefined) =>
  new DataError(
    `expected ${FILE_TYPE_NAMES[format]}, got one that is damaged or cut off; download or write it again`,
    { file },
  );

/** Files of an archive that are no tables. */
const NO_TABLE = /(^|\/)(__MACOSX|\.)|\/$|\.(md|pdf|html?|xml|png|jpe?g)$|readme|license/i;

async function* unzip(chunks: AsyncGenerator<Uint8Array>, file: string | undefined): AsyncGenerator<Uint8Array> {
  const { Unzip, UnzipInflate, UnzipPassThrough } = await import("fflate");
  const names: string[] = [];
  let ready: Uint8Array[] = [];
  let total = 0;
  let ended = false;
  let failed = false;
  const archive = new Unzip((entry) => {
    if (NO_TABLE.test(entry.name) && !entry.name.startsWith("[Content_Types]")) return;
    names.push(entry.name);
    if (names.length > 1) return;
    entry.ondata = (error, data, final) => {
      if (error) failed = true;
      else ready.push(data);
      if (final) ended = true;
    };
    entry.start();
  });
  archive.register(UnzipInflate);
  archive.register(UnzipPassThrough);
  try {
    for await (const chunk of chunks) {
      for (let at = 0; at < chunk.length; at += SLICE) {
        archive.push(chunk.subarray(at, at + SLICE));
        if (names.some((name) => name.startsWith("xl/") || name === "[Content_Types].xml")) {
          throw new DataError("expected a table as text, got an Excel workbook (.xlsx); read it as one", {
            file,
            hint: "--sheet",
          });
        }
        for (const part of ready) {
          total += part.length;
          if (total > MAX_UNPACKED) throw tooLarge(file);
          yield part;
        }
        ready = [];
        if (failed) throw damaged("zip", file);
      }
    }
    archive.push(new Uint8Array(0), true);
  } catch (error) {
    throw error instanceof DataError ? error : damaged("zip", file);
  }
  yield* ready;
  if (names.length > 1) {
    throw new DataError(
      `expected an archive of one table, got ${names.length}: ${names.slice(0, 5).join(", ")}${names.length > 5 ? ", …" : ""}; extract the one to read`,
      { file },
    );
  }
  if (names.length === 0 || !ended) throw damaged("zip", file);
}
