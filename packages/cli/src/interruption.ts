import { EXIT, type ExitCode } from "./exit-codes.js";

const CODES = { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated } as const;

/** The first Ctrl-C (or SIGTERM) aborts `signal`, so that work can be saved; a second one leaves at once. */
export class Interruption {
  readonly #controller = new AbortController();
  #code: ExitCode | undefined;

  readonly #handle = (signal: "SIGINT" | "SIGTERM"): void => {
    if (this.#code !== undefined) process.exit(CODES[signal]);
    this.#code = CODES[signal];
    this.#controller.abort();
  };

  constructor() {
    process.on("SIGINT", this.#handle).on("SIGTERM", this.#handle);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The exit code that the signal asks for. */
  get code(): ExitCode {
    return this.#code ?? EXIT.interrupted;
  }

  /** From here on a signal ends the process as usual. */
  stopListening(): void {
    process.off("SIGINT", this.#handle).off("SIGTERM", this.#handle);
  }
}
