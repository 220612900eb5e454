import { type Command, Option } from "commander";
import { threadCount } from "./option-values.js";

/** Flags of several commands. */

export const json = () => new Option("--json", "print one JSON object on stdout");
export const quiet = () => new Option("--quiet", "print only errors on stderr");
export const out = () => new Option("--out <file>", 'file to write, "-" for stdout').default("-");
export const threads = () =>
  new Option("--threads <count>", 'largest number of threads, or "auto"; results do not depend on it').argParser(
    threadCount,
  );

/** The values of `--json` and `--quiet`. */
export function outputOptions(command: Command): { readonly json: boolean; readonly quiet: boolean } {
  const { json = false, quiet = false } = command.opts<{ json?: boolean; quiet?: boolean }>();
  return { json, quiet };
}
