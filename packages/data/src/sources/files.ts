import { DataError } from "../data-error.js";
import type { Table } from "../table/interpret.js";
import { fileType, HEAD_BYTES } from "./file-type.js";
import { readTable, type TextOptions, tableOptions } from "./read-table.js";
import { allBytes, chunksOf, peek, resume, type Source } from "./source.js";

export interface FileOptions extends TextOptions {
  /** The sheet of a workbook; the first by default. */
  readonly sheet?: string;
}

/**
 * Reads a table from a file of any supported type, told by its first bytes: delimited text, gzip, ZIP, JSON, Parquet, Arrow, XLSX or WAV.
 * The reader of a type is loaded on its first use.
 * @throws DataError for other types, naming them, and for anything that is not understood.
 */
export async function readFile(source: Source, { sheet, ...options }: FileOptions = {}): Promise<Table> {
  const chunks = chunksOf(source);
  const head = await peek(chunks, HEAD_BYTES);
  const all = resume(head, chunks);
  const plain = tableOptions(options);
  switch (fileType(head)) {
    case "json":
      return (await import("./json.js")).readJson(all, plain);
    case "parquet": {
      return (await import("./parquet.js")).readParquet(source instanceof Blob ? source : await allBytes(all), plain);
    }
    case "arrow":
      return (await import("./arrow.js")).readArrow(all, plain);
    case "wav":
      return readWaveTable(all, plain.file);
    case "zip":
      if (!isWorkbook(head)) return readTable(all, options);
      return (await import("./xlsx.js")).readXlsx(all, { ...plain, ...(sheet !== undefined && { sheet }) });
    default:
      return readTable(all, options);
  }
}

/** Whether the first entry of a ZIP archive is one of a workbook. */
function isWorkbook(head: Uint8Array): boolean {
  const name = new TextDecoder("latin1").decode(head.subarray(30, 60));
  return /^(\[Content_Types\]\.xml|_rels\/|xl\/|docProps\/)/.test(name);
}

async function readWaveTable(chunks: AsyncIterable<Uint8Array>, file: string | undefined): Promise<Table> {
  const { readWave, waveSeries } = await import("./wav.js");
  const wave = readWave(await allBytes(chunks), file === undefined ? {} : { file });
  const series = waveSeries(wave);
  if (series.time.values.length === 0) throw new DataError("expected samples, got none", { file });
  return {
    panel: [series],
    choice: {
      time: [],
      unit: "index",
      form: null,
      values: series.columns.map(({ name }) => name),
      keys: [],
      layout: "single",
      frequency: "row",
    },
    notes: [
      {
        code: "decoded",
        message: `${series.columns.length} channels of ${wave.format} at ${wave.sampleRate} samples a second`,
      },
    ],
  };
}
