import { createReadStream } from "node:fs";
import { parse } from "node:path";
import type { CsvOptions, Series } from "@sluice/data";
import type { InputOptions } from "./input-flags.js";
import type { Terminal } from "./terminal.js";

/** A series' source: a CSV file, or "-" for standard input. */
export interface Input extends InputOptions {
  readonly file: string;
}

/** What the series is called: the file's name without its ending. */
export function stemOf({ file }: Pick<Input, "file">): string {
  return file === "-" ? "stdin" : parse(file).name;
}

/** The options under which the data package reads an input. */
export function csvOptions(input: Input): CsvOptions {
  const { file, column, ...options } = input;
  const shown = file === "-" ? "standard input" : file;
  return { ...options, ...(column !== undefined && { columns: [column] }), name: stemOf(input), file: shown };
}

/** The same error with the file that it is about, where it is bad data that names none. */
export async function withFile(error: unknown, input: Input): Promise<unknown> {
  const { DataError } = await import("@sluice/data");
  if (!(error instanceof DataError) || error.file !== undefined) return error;
  const { fault, row, column } = error;
  return new DataError(fault, { file: csvOptions(input).file, row, column });
}

/**
 * The chunks of text of an input.
 * @throws DataError for a file that cannot be read.
 */
export async function* textOf(
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
  EISDIR: "a directory, not a file; give a CSV file",
  EACCES: "may not be read; check its permissions",
};

/**
 * Reads a series.
 * @throws DataError for a file that cannot be read or holds no series.
 */
export async function readInput(input: Input, terminal: Pick<Terminal, "stdin">): Promise<Series> {
  const { readCsvStream } = await import("@sluice/data");
  return readCsvStream(textOf(input, terminal), csvOptions(input));
}
