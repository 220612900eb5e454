import { BASELINES, PRESET_NAMES } from "@sluice/pipeline";
import { type Command, Option } from "commander";
import { type CheckRequest, type RunArguments, type RunRequest, recipeOfFile, runRequest } from "../run/request.js";
import { addInputFlags, givenInput } from "./input-flags.js";
import { addPreparationFlags, addRecipeFlags, givenRecipe } from "./recipe-flags.js";
import { json, quiet, threads } from "./shared-flags.js";

/** Adds the flags of `sluice run`. Their choices come from the pipeline, so only this command loads this module. */
export function addRunFlags(command: Command): void {
  command
    .addOption(preset())
    .option("--out <dir>", "run directory (default: runs/<name of the file or preset>)")
    .option("--force", "replace the run in the directory")
    .option("--resume <dir>", "continue an interrupted run")
    .addOption(
      new Option(
        "--fail-if-worse-than <method>",
        "exit with code 5 if the network has a larger held-out error",
      ).choices(BASELINES),
    )
    .addOption(threads())
    .addOption(json())
    .addOption(quiet());
  addInputFlags(command);
  addRecipeFlags(command);
}

/** Adds the flags of `sluice check`: those of `run` that decide whether a file can be used. */
export function addCheckFlags(command: Command): void {
  command.addOption(preset()).addOption(json()).addOption(quiet());
  addInputFlags(command);
  addPreparationFlags(command);
}

const preset = () =>
  new Option("--preset <name>", "named set of options; other flags take precedence").choices(PRESET_NAMES);

/** The request of a parsed `sluice check`. */
export function givenCheck(file: string, command: Command): CheckRequest {
  const { preset } = command.opts<Pick<RunArguments, "preset">>();
  return {
    input: { ...givenInput(command), file },
    recipe: { ...recipeOfFile(preset), ...givenRecipe(command) },
  };
}

/** The request of a parsed command line. */
export function givenRun(file: string | undefined, command: Command): RunRequest {
  type Flags = Omit<RunArguments, "file" | "input" | "recipe">;
  return runRequest({ ...command.opts<Flags>(), file, input: givenInput(command), recipe: givenRecipe(command) });
}
