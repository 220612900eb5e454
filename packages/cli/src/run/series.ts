import type { Series } from "@sluice/data";
import { UsageError } from "../errors/usage-error.js";
import type { Terminal } from "../terminal/terminal.js";
import { type RunConfig, restoredInput } from "./config.js";
import { type Input, inFile, readInput } from "./input.js";

/**
 * Reads the series of an earlier run.
 * @param path the run's directory
 * @param file where the series is now; undefined for where the run read it
 * @param use what is done with the series; its DataErrors name the file
 * @throws UsageError if the run read standard input and no file is given.
 */
export async function withSeriesOf<T>(
  { path, config, file }: { readonly path: string; readonly config: RunConfig; readonly file: string | undefined },
  terminal: Terminal,
  use: (series: Series) => T | Promise<T>,
): Promise<T> {
  const { seriesOf } = await import("@sluice/pipeline");
  if (!config.input) return use(seriesOf(config.recipe));
  const input: Input = file === undefined ? restoredInput(config.input, path) : { ...config.input, file };
  if (input.file === "-" && file === undefined) {
    throw new UsageError(
      `${path}: the run read standard input; give the file of its series: sluice verify ${path} FILE`,
    );
  }
  return inFile(input, async () => use(await readInput(input, terminal)));
}
