import { createReadStream, statSync } from "node:fs";
import { parse } from "node:path";
import type { Series, Table } from "@sluice/data";
import type { FileOptions } from "@sluice/data/files";
import { UsageError } from "../errors/usage-error.js";
import type { Terminal } from "../terminal/terminal.js";

/** How to read a file, as flags say it. */
export interface InputOptions {
  readonly column?: string;
  /** One name, or several of columns that make a time together. */
  readonly time?: string | readonly string[];
  readonly id?: readonly string[];
  /** The cells of the key columns of one series. */
  readonly series?: Readonly<Record<string, string>>;
  readonly dateFormat?: string;
  readonly frequency?: string;
  readonly naValues?: readonly string[];
  readonly decimal?: "." | ",";
  readonly delimiter?: string;
  readonly header?: boolean;
  readonly comment?: string;
  readonly skipRows?: number;
  readonly encoding?: string;
  readonly sheet?: string;
}

/** Where a series is read from: a file, an http(s) address, or "-" for standard input. */
export interface Input extends InputOptions {
  readonly file: string;
}

export const isAddress = (file: string): boolean => /^https?:\/\//i.test(file);

/** The name of the series: that of the file without its extensions. A name of dots alone would be another directory. */
export function stemOf({ file }: Pick<Input, "file">): string {
  if (file === "-") return "stdin";
  const path = isAddress(file) ? new URL(file).pathname : file;
  const { name } = parse(path.replace(/\.(gz|zip|zst)$/i, ""));
  return /^\.*$/.test(name) ? "series" : name;
}

/** The options with which the data package reads an input. */
export function readOptions(input: Input): FileOptions {
  const { file, column, ...options } = input;
  return {
    ...options,
    ...(column !== undefined && { columns: [column] }),
    name: stemOf(input),
    file: shownName(file),
  };
}

const shownName = (file: string) => (file === "-" ? "standard input" : file);

/** Calls a function that uses an input; adds the input's name to a DataError without a file. */
export async function inFile<T>(input: Pick<Input, "file">, use: () => T | Promise<T>): Promise<T> {
  const { DataError } = await import("@sluice/data");
  try {
    return await use();
  } catch (error) {
    if (!(error instanceof DataError) || error.file !== undefined) throw error;
    const { fault, row, column, hint } = error;
    throw new DataError(fault, { file: shownName(input.file), row, column, hint });
  }
}

/** Bytes that are read from a file at once. */
const CHUNK = 1 << 20;

async function* bytesOf({ file }: Pick<Input, "file">, { stdin }: Pick<Terminal, "stdin">) {
  const { DataError } = await import("@sluice/data");
  if (isAddress(file)) return yield* download(file);
  const stream = file === "-" ? stdin : createReadStream(file, { highWaterMark: CHUNK });
  try {
    yield* stream as AsyncIterable<Uint8Array | string>;
  } catch (error) {
    const reason = REASONS[(error as NodeJS.ErrnoException).code ?? ""];
    if (!reason) throw error;
    throw new DataError(reason, { file });
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "no such file; check the path",
  EISDIR: "is a directory; give a file in it",
  EACCES: "permission denied; check the permissions of the file",
};

async function* download(address: string): AsyncGenerator<Uint8Array> {
  const { DataError } = await import("@sluice/data");
  const place = { file: address };
  const response = await fetch(address).catch((error: Error) => {
    const { cause } = error as { cause?: { code?: string; message?: string } };
    const reason = cause?.code ?? cause?.message ?? error.message;
    throw new DataError(`cannot be reached (${reason}); check the address and the connection`, place);
  });
  if (!response.ok || !response.body) {
    throw new DataError(`expected a file, got status ${response.status}; check the address`, place);
  }
  try {
    yield* response.body;
  } catch {
    throw new DataError("the connection was lost before the end of the file; try again", place);
  }
}

/** The bytes of a plain file; undefined for any other source. */
function sizeOf({ file }: Pick<Input, "file">): number | undefined {
  if (file === "-" || isAddress(file)) return undefined;
  const found = statSync(file, { throwIfNoEntry: false });
  return found?.isFile() ? found.size : undefined;
}

/**
 * Reads a table of any supported type.
 * @throws DataError for a file that cannot be read or is not understood; UsageError for a flag with a wrong value.
 */
export async function readInputTable(input: Input, terminal: Pick<Terminal, "stdin">): Promise<Table> {
  const { readFile } = await import("@sluice/data/files");
  const size = sizeOf(input);
  try {
    return await readFile(bytesOf(input, terminal), { ...readOptions(input), ...(size !== undefined && { size }) });
  } catch (error) {
    // "frequency: expected …": the name of the option that has a wrong value
    const flag =
      error instanceof RangeError && /^(encoding|frequency|delimiter|date format|comment):/.exec(error.message);
    if (!flag) throw error;
    throw new UsageError(`--${flag[1]!.replace(" ", "-")}${(error as Error).message.slice(flag[1]!.length)}`);
  }
}

/**
 * Reads a series.
 * @throws DataError as `readInputTable` does, and for a file of several series.
 */
export async function readInput(input: Input, terminal: Pick<Terminal, "stdin">): Promise<Series> {
  const { singleSeries } = await import("@sluice/data");
  return singleSeries(await readInputTable(input, terminal), { file: shownName(input.file) });
}
