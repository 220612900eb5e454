import type { BaselineName, Recipe } from "@sluice/pipeline";
import type { Command } from "commander";
import type { RunRequest } from "./commands/run.js";
import { givenInput } from "./input-flags.js";
import { givenRecipe } from "./recipe-flags.js";
import { UsageError } from "./usage-error.js";

interface RunOptions {
  readonly preset?: NonNullable<Recipe["preset"]>;
  readonly out?: string;
  readonly force?: boolean;
  readonly resume?: string;
  readonly failIfWorseThan?: BaselineName;
  readonly threads?: number | "auto";
}

/**
 * What `sluice run` was asked to do.
 * @throws UsageError for flags that do not go together.
 */
export function runRequest(file: string | undefined, command: Command): RunRequest {
  const { preset, out, force = false, resume, failIfWorseThan: gate, threads } = command.opts<RunOptions>();
  const given = givenRecipe(command);
  const options = givenInput(command);
  if (resume !== undefined) {
    const more = [...Object.keys(given), ...Object.keys(options)];
    if (file !== undefined || preset || out || force || more.length > 0) {
      throw new UsageError(
        "--resume takes everything from the run directory; give no file and no other options of the run",
      );
    }
  } else if (file === undefined && (preset === undefined || preset === "default")) {
    throw new UsageError("expected a CSV file, or a preset with a series of its own: sluice run --preset notebook");
  } else if (file === undefined && Object.keys(options).length > 0) {
    throw new UsageError(`--${Object.keys(options)[0]} is for a CSV file, and none is given`);
  }
  const input = file === undefined ? undefined : { ...options, file };
  const recipe: Recipe = {
    ...(preset && { preset }),
    // a file takes the place of the preset's own series
    ...(input && { source: null, dataSeed: null }),
    ...(input && preset && preset !== "default" && { holdOut: 0.2 }),
    ...given,
  };
  return { input, recipe, out, force, resume, gate, threads };
}
