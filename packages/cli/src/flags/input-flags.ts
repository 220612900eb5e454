import { type Command, Option } from "commander";
import type { InputOptions } from "../run/input.js";
import { givenValues } from "./given-values.js";
import { delimiter } from "./option-values.js";

/** The flags for reading a CSV file. */
const FLAGS: readonly Option[] = [
  new Option("--column <name>", "column to forecast (default: the first numeric one)"),
  new Option("--time <name>", "column of times (default: the first one with times)"),
  new Option("--no-header", "the first row is data; columns are named by number, from 1"),
  new Option("--delimiter <character>", 'character between cells, "tab" for tabs (default: detected)').argParser(
    delimiter,
  ),
  new Option("--decimal <mark>", "decimal mark").choices([".", ","]),
];

export function addInputFlags(command: Command): Command {
  for (const flag of FLAGS) command.addOption(flag.helpGroup("Input:"));
  return command;
}

/** The options for reading that were given on the command line. */
export function givenInput(command: Command): InputOptions {
  return givenValues(command, FLAGS) as InputOptions;
}
