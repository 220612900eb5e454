import { type Command, Option } from "commander";
import type { InputOptions } from "../run/input.js";
import { givenValues } from "./given-values.js";
import { appended, delimiter, integer, keyCell } from "./option-values.js";

/** The flags that say how to read a file. Hints of the data package name them. */
const FLAGS: readonly Option[] = [
  new Option("--column <name>", "column to forecast (default: the first of numbers)"),
  new Option(
    "--time <name>",
    "column of times; again for one of several, such as date and hour (default: found)",
  ).argParser(appended),
  new Option("--id <name>", "column that tells several series apart; again for another (default: found)").argParser(
    appended,
  ),
  new Option("--series <column=cell>", "the one series to read of several; again for another column").argParser(
    keyCell,
  ),
  new Option("--date-format <pattern>", "form of the dates, such as dd/MM/yyyy (default: found)"),
  new Option("--frequency <name>", 'such as day, business-day, month-end, "15 minutes", or row (default: found)'),
  new Option("--na-values <word>", "word or number for a missing value; again for another").argParser(appended),
  new Option("--decimal <mark>", "decimal mark (default: found)").choices([".", ","]),
  new Option("--delimiter <character>", 'character between cells, "tab" for tabs (default: found)').argParser(
    delimiter,
  ),
  new Option("--no-header", "the first row is data; columns are named by number, from 1"),
  new Option("--comment <mark>", "leave out lines that begin with it"),
  new Option("--skip-rows <lines>", "lines above the table to leave out").argParser(integer),
  new Option("--encoding <name>", "such as latin1 or utf-16le (default: UTF-8)"),
  new Option("--sheet <name>", "sheet of a workbook (default: the first)"),
];

export function addInputFlags(command: Command): Command {
  for (const flag of FLAGS) command.addOption(flag.helpGroup("Input:"));
  return command;
}

/** The options for reading that were given on the command line. */
export function givenInput(command: Command): InputOptions {
  return givenValues(command, FLAGS) as InputOptions;
}
