import { CELLS, INITS, MISSING_POLICIES, type Recipe } from "@sluice/pipeline";
import { type Command, Option } from "commander";
import { givenValues } from "./given-values.js";
import { clipping, integer, integerOr, number } from "./option-values.js";
import { transformList } from "./transform-list.js";

/** The flags that set a recipe's options; a flag is named as its option, with dashes. These change how a series is prepared. */
const PREPARATION: readonly Option[] = [
  new Option("--horizon <rows>", "rows to forecast after the last row").argParser(integer),
  new Option(
    "--hold-out <rows>",
    "rows at the end to hold out of training: a number, or a fraction below 1",
  ).argParser(number),
  new Option(
    "--missing <policy>",
    "what to do with empty cells, and rows that the calendar has and the file lacks",
  ).choices(MISSING_POLICIES),
  new Option("--season <rows>", 'rows per season, 1 for none, or "auto"').argParser(integerOr("auto")),
  new Option(
    "--transforms <list>",
    'transforms of the values: "log,difference:12,standardize", "none" or "auto"',
  ).argParser(transformList),
  new Option("--lookback <rows>", 'rows that each prediction uses, or "auto"').argParser(integerOr("auto")),
];

const TRAINING: readonly Option[] = [
  new Option("--cell <cell>", "kind of gated recurrent unit").choices(CELLS),
  new Option("--hidden-size <units>", "number of hidden units").argParser(integer),
  new Option("--init <method>", "distribution of initial weights").choices(INITS),
  new Option("--epochs <count>", "passes over the training data").argParser(integer),
  new Option("--batch-size <windows>", 'windows per update, or "all"').argParser(integerOr("all")),
  new Option("--no-shuffle", "keep the windows in order"),
  new Option("--learning-rate <rate>", "learning rate of gradient descent").argParser(number),
  new Option("--momentum <factor>", "momentum of gradient descent, 0 for none").argParser(number),
  new Option(
    "--clip <limit>",
    'gradient clipping: "global-norm:1", "value:0.5", "per-parameter:1" or "none"',
  ).argParser(clipping),
  new Option("--validation-every <epochs>", 'epochs between two held-out losses, or "auto"').argParser(
    integerOr("auto"),
  ),
  new Option("--seed <number>", "seed of initial weights and shuffling").argParser(integer),
  new Option("--data-seed <number>", "seed of a preset's synthetic series").argParser(integer),
];

const FLAGS: readonly Option[] = [...PREPARATION, ...TRAINING];

export function addRecipeFlags(command: Command): Command {
  for (const flag of FLAGS) command.addOption(flag.helpGroup("Recipe:"));
  return command;
}

/** Adds the flags that change how a series is prepared. */
export function addPreparationFlags(command: Command): Command {
  for (const flag of PREPARATION) command.addOption(flag.helpGroup("Recipe:"));
  return command;
}

/** The recipe options that were given on the command line. */
export function givenRecipe(command: Command): Recipe {
  const given = givenValues(
    command,
    FLAGS.filter((flag) => command.options.includes(flag)),
  );
  return given["clip"] === "none" ? { ...given, clip: null } : given;
}
