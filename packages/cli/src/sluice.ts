import { CommanderError } from "commander";
import { EXIT, type ExitCode } from "./exit-codes.js";
import { explain } from "./explain.js";
import { program } from "./program.js";
import { Speaker } from "./speaker.js";
import type { Terminal } from "./terminal.js";

/** Runs one command line, without the program's name, and gives its exit code. Nothing is thrown. */
export async function sluice(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let code: ExitCode = EXIT.done;
  const speaker = new Speaker(terminal, { json: args.includes("--json"), quiet: true });
  const asObject = (exitCode: ExitCode, message: string, where?: object) => {
    if (speaker.options.json) speaker.result("", () => ({ error: { exitCode, message, ...where } }));
    return exitCode;
  };
  try {
    await program(terminal, (given) => {
      code = given;
    }).parseAsync(args, { from: "user" });
    return code;
  } catch (error) {
    // commander has said what it had to say
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return EXIT.done;
      return asObject(EXIT.usage, error.message.replace(/^error: /, ""));
    }
    const { code: failure, line, where } = explain(error);
    speaker.complain(line);
    return asObject(failure, line, where);
  }
}
