import type { Series } from "@sluice/data";
import { UsageError } from "../errors/usage-error.js";
import type { Terminal } from "../terminal/terminal.js";
import type { RunConfig } from "./config.js";
import type { RunDirectory } from "./directory.js";
import { inFile, readInput } from "./input.js";

/** Generates the series of a run, or reads the run's own copy of it. The paths in its configuration are not read. */
export async function seriesOfRun(directory: RunDirectory, config: RunConfig): Promise<Series> {
  const { loadSeries, seriesOf } = await import("@sluice/pipeline");
  return config.input ? loadSeries(directory.readSeries(), directory.seriesPath) : seriesOf(config.recipe);
}

/**
 * Uses the series in a file that the user gives, read as the run read its own.
 * @param use what is done with the series; its DataErrors name the file
 * @throws UsageError if the run read no file.
 */
export async function withSeriesIn<T>(
  file: string,
  { input }: RunConfig,
  terminal: Terminal,
  use: (series: Series) => T | Promise<T>,
): Promise<T> {
  if (!input) throw new UsageError(`the run generated its series; remove ${file}`);
  const given = { ...input, file };
  return inFile(given, async () => use(await readInput(given, terminal)));
}
