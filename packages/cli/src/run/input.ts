import { createReadStream } from "node:fs";
import { parse } from "node:path";
import type { CsvOptions, Series } from "@sluice/data";
import type { Terminal } from "../terminal/terminal.js";

/** The options of the flags for reading a CSV file. */
export type InputOptions = Pick<CsvOptions, "time" | "header" | "delimiter" | "decimal"> & {
  readonly column?: string;
};

/** Where a series is read from: a CSV file, or "-" for standard input. */
export interface Input extends InputOptions {
  readonly file: string;
}

/** The name of the series: that of the file without its extension. A name of dots alone would be another directory. */
export function stemOf({ file }: Pick<Input, "file">): string {
  const { name } = parse(file);
  if (file === "-") return "stdin";
  return /^\.*$/.test(name) ? "series" : name;
}

/** The options with which the data package reads an input. */
export function csvOptions(input: Input): CsvOptions {
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
    const { fault, row, column } = error;
    throw new DataError(fault, { file: shownName(input.file), row, column });
  }
}

/**
 * Reads the text of an input, chunk by chunk.
 * @throws DataError for a file that cannot be read.
 */
export async function* readText(
  { file }: Pick<Input, "file">,
  { stdin }: Pick<Terminal, "stdin">,
): AsyncIterable<string> {
  const stream = file === "-" ? stdin.setEncoding("utf8") : createReadStream(file, "utf8");
  try {
    yield* stream;
  } catch (error) {
    const reason = REASONS[(error as NodeJS.ErrnoException).code ?? ""];
    if (!reason) throw error;
    const { DataError } = await import("@sluice/data");
    throw new DataError(reason, { file });
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "no such file; check the path",
  EISDIR: "is a directory; give a CSV file",
  EACCES: "permission denied; check the permissions of the file",
};

/**
 * Reads a series.
 * @throws DataError for a file that cannot be read or holds no series.
 */
export async function readInput(input: Input, terminal: Pick<Terminal, "stdin">): Promise<Series> {
  const { readCsvStream } = await import("@sluice/data");
  return readCsvStream(readText(input, terminal), csvOptions(input));
}
