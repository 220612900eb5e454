import type { Table } from "@sluice/data";
import type { Prepared } from "@sluice/pipeline";
import { describeError, type ErrorDescription } from "../errors/describe-error.js";
import { EXIT, type ExitCode } from "../errors/exit-codes.js";
import { factLines, factsJson } from "../run/facts.js";
import { prepareInput } from "../run/prepare-input.js";
import type { CheckRequest } from "../run/request.js";
import type { Output } from "../terminal/output.js";

/**
 * Reports the contents of a file and whether a run can use it, by the preparation of a run: a file that a run refuses gives the same
 * error and exit code.
 */
export async function check({ input, recipe }: CheckRequest, output: Output): Promise<ExitCode> {
  let table: Table | undefined;
  let prepared: Prepared | undefined;
  let problem: ErrorDescription | undefined;
  try {
    prepared = await prepareInput(input, recipe, output.terminal, (read) => {
      table = read;
    });
  } catch (error) {
    problem = describeError(error);
    if (problem.code !== EXIT.badData && !(table && problem.code === EXIT.usage)) throw error;
  }
  output.data(table ? factLines(table, prepared) : "", () => ({
    file: input.file,
    usable: problem === undefined,
    ...(table && factsJson(table, prepared)),
    ...(problem && { error: { exitCode: problem.code, message: problem.line, ...problem.place } }),
  }));
  if (!problem) return EXIT.done;
  output.error(problem.line);
  return problem.code;
}
