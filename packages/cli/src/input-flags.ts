import type { CsvOptions } from "@sluice/data";
import { type Command, Option } from "commander";
import { delimiter } from "./option-values.js";

/** How to read a CSV: the flags' values as `readCsv` takes them. */
export type InputOptions = Pick<CsvOptions, "time" | "header" | "delimiter" | "decimal"> & {
  readonly column?: string;
};

const FLAGS: readonly Option[] = [
  new Option("--column <name>", "the column to forecast (the first numeric one by default)"),
  new Option("--time <name>", "the column of times (the first that reads as times by default)"),
  new Option("--no-header", "the first row is data; columns are named by number, from 1"),
  new Option("--delimiter <character>", 'character between cells, "tab" for tabs (detected by default)').argParser(
    delimiter,
  ),
  new Option("--decimal <mark>", "decimal mark").choices([".", ","]),
];

export function addInputFlags(command: Command): Command {
  for (const flag of FLAGS) command.addOption(flag.helpGroup("Input:"));
  return command;
}

/** The options for reading that were given on the command line, and no others. */
export function givenInput(command: Command): InputOptions {
  const given = FLAGS.map((flag) => flag.attributeName()).filter(
    (name) => command.getOptionValueSource(name) === "cli",
  );
  return Object.fromEntries(given.map((name) => [name, command.getOptionValue(name)])) as InputOptions;
}
