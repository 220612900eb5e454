import { CommanderError } from "commander";
import { describeError } from "./errors/describe-error.js";
import { EXIT, type ExitCode } from "./errors/exit-codes.js";
import { fileError } from "./errors/file-error.js";
import { program } from "./program.js";
import { GuardedTerminal } from "./terminal/guarded-terminal.js";
import { Output } from "./terminal/output.js";
import type { Terminal } from "./terminal/terminal.js";

/**
 * Runs a command line and returns its exit code. It reports errors and does not throw.
 * @param args the arguments, without the name of the program
 */
export async function sluice(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const guarded = new GuardedTerminal(terminal);
  const output = new Output(guarded, { json: args.includes("--json"), quiet: true });
  const code = await runCommand(args, output);
  const failure = await guarded.finish();
  if (!failure || code !== EXIT.done) return code;
  // a reader such as `head` that has enough needs no message
  if ((failure as NodeJS.ErrnoException).code !== "EPIPE") {
    output.error(describeError(fileError("standard output", failure)).line);
  }
  return EXIT.failed;
}

async function runCommand(args: readonly string[], output: Output): Promise<ExitCode> {
  let code: ExitCode = EXIT.done;
  const fail = (exitCode: ExitCode, message: string, place?: object) => {
    if (output.options.json) output.data("", () => ({ error: { exitCode, message, ...place } }));
    return exitCode;
  };
  try {
    const command = await program(args, output.terminal, (exitCode) => {
      code = exitCode;
    });
    await command.parseAsync(args, { from: "user" });
    return code;
  } catch (error) {
    // commander has printed its own errors
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return EXIT.done;
      return fail(EXIT.usage, error.message.replace(/^error: /, ""));
    }
    const { code: exitCode, line, place } = describeError(error);
    output.error(line);
    return fail(exitCode, line, place);
  }
}
