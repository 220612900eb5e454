import type { Series } from "@sluice/data";
import { type Input, readInput } from "./input.js";
import { restoredInput } from "./run-config.js";
import type { RunDirectory } from "./run-directory.js";
import type { Terminal } from "./terminal.js";
import { UsageError } from "./usage-error.js";

/**
 * The series of an earlier run: from `file`, or from where the run read it.
 * @throws UsageError where the run read standard input and no file is given; DataError where the series has changed.
 */
export async function openSeries(
  directory: RunDirectory,
  file: string | undefined,
  terminal: Terminal,
): Promise<Series> {
  const { DataError } = await import("@sluice/data");
  const { plan, seriesOf } = await import("@sluice/pipeline");
  const { input, recipe, data } = directory.config;
  if (!input) return seriesOf(recipe);
  const source: Input = file === undefined ? restoredInput(input, directory.path) : { ...input, file };
  if (source.file === "-" && file === undefined) {
    throw new UsageError(
      `${directory.path}: the run read standard input; say where its series is: sluice verify ${directory.path} FILE`,
    );
  }
  const series = await readInput(source, terminal);
  const place = { file: source.file, column: data.column };
  if (!series.columns.some(({ name }) => name === data.column)) {
    throw new DataError("the run's column is not there any more; restore it, or run anew", place);
  }
  const { hash } = plan(series, recipe).data;
  if (hash !== data.hash) {
    throw new DataError(
      `the series has changed since the run (SHA-256 ${short(data.hash)} then, ${short(hash)} now); restore it, or run anew`,
      place,
    );
  }
  return series;
}

const short = (hash: string) => hash.slice(0, 12);
