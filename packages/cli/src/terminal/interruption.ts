import { EXIT, type ExitCode } from "../errors/exit-codes.js";

const CODES = { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated } as const;

/** Handles SIGINT (Ctrl-C) and SIGTERM: the first aborts `signal`, so that work can be saved; the second ends the process. */
export class Interruption {
  readonly #controller = new AbortController();
  #code: ExitCode = EXIT.interrupted;

  readonly #handle = (signal: "SIGINT" | "SIGTERM"): void => {
    if (this.signal.aborted) process.exit(CODES[signal]);
    this.#code = CODES[signal];
    this.#controller.abort();
  };

  constructor() {
    process.on("SIGINT", this.#handle).on("SIGTERM", this.#handle);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The exit code of the signal that was received. */
  get code(): ExitCode {
    return this.#code;
  }

  /** Restores the default effect of signals. */
  stopListening(): void {
    process.off("SIGINT", this.#handle).off("SIGTERM", this.#handle);
  }
}
