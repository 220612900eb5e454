import type { Recipe } from "@sluice/pipeline";
import { type Command, Option } from "commander";
import { clipping, number, transformList, wholeNumber, wholeNumberOr } from "./option-values.js";

/** The flags that set a recipe's options; a flag's name is its option's with dashes. */
const FLAGS: readonly Option[] = [
  new Option("--horizon <rows>", "rows to forecast after the last").argParser(wholeNumber),
  new Option("--hold-out <share>", "tail that training never sees: a share below 1, or rows").argParser(number),
  new Option("--missing <how>", "empty cells").choices(["interpolate", "refuse"]),
  new Option("--season <rows>", 'rows in a season, 1 for none, or "auto"').argParser(wholeNumberOr("auto")),
  new Option("--transforms <list>", '"log,difference:12,standardize", "none" or "auto"').argParser(transformList),
  new Option("--lookback <rows>", 'rows that a prediction sees, or "auto"').argParser(wholeNumberOr("auto")),
  new Option("--cell <cell>", "kind of network").choices(["reset-before", "reset-after", "memoryless"]),
  new Option("--hidden-size <units>", "hidden units").argParser(wholeNumber),
  new Option("--init <how>", "initial weights").choices(["uniform", "uniform-scaled", "glorot-orthogonal"]),
  new Option("--epochs <count>", "passes over the training part").argParser(wholeNumber),
  new Option("--batch-size <windows>", 'windows in an update, or "all"').argParser(wholeNumberOr("all")),
  new Option("--no-shuffle", "keep the windows in order"),
  new Option("--learning-rate <rate>", "step of gradient descent").argParser(number),
  new Option("--momentum <share>", "share of the last step that the next keeps").argParser(number),
  new Option("--clip <limit>", '"global-norm:1", "value:0.5", "per-parameter:1" or "none"').argParser(clipping),
  new Option("--validation-every <epochs>", 'epochs between held-out losses, or "auto"').argParser(
    wholeNumberOr("auto"),
  ),
  new Option("--seed <number>", "seed of initial weights and shuffling").argParser(wholeNumber),
  new Option("--data-seed <number>", "seed of a preset's synthetic series").argParser(wholeNumber),
];

export function addRecipeFlags(command: Command): Command {
  for (const flag of FLAGS) command.addOption(flag.helpGroup("Recipe:"));
  return command;
}

/** The recipe options that were given on the command line, and no others. */
export function givenRecipe(command: Command): Recipe {
  const given = FLAGS.map((flag) => flag.attributeName()).filter(
    (name) => command.getOptionValueSource(name) === "cli",
  );
  const values = given.map((name): [string, unknown] => [name, command.getOptionValue(name)]);
  return Object.fromEntries(
    values.map(([name, value]) => [name, name === "clip" && value === "none" ? null : value]),
  );
}
