import type { Command, Option } from "commander";

/** The values of those flags that were given on the command line, by attribute name. */
export function givenValues(command: Command, flags: readonly Option[]): Record<string, unknown> {
  const given = flags
    .map((flag) => flag.attributeName())
    .filter((name) => command.getOptionValueSource(name) === "cli");
  return Object.fromEntries(given.map((name) => [name, command.getOptionValue(name)]));
}
