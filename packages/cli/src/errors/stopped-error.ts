import type { ExitCode } from "./exit-codes.js";

/** A signal ended a command after its work was saved. */
export class StoppedError extends Error {
  override readonly name = "StoppedError";

  constructor(
    message: string,
    /** The exit code of the signal. */
    readonly exitCode: ExitCode,
    options: ErrorOptions,
  ) {
    super(message, options);
  }
}
