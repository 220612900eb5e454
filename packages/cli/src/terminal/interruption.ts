import { EXIT, type ExitCode } from "../errors/exit-codes.js";

const CODES = { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated, SIGHUP: EXIT.hungUp } as const;
type Signal = keyof typeof CODES;
const SIGNALS = Object.keys(CODES) as Signal[];

/**
 * Handles SIGINT (Ctrl-C), SIGTERM and SIGHUP (the terminal was closed): the first aborts `signal`, so that work can be saved;
 * the second ends the process.
 */
export class Interruption {
  readonly #controller = new AbortController();
  #code: ExitCode = EXIT.interrupted;

  readonly #handle = (signal: Signal): void => {
    if (this.signal.aborted) process.exit(CODES[signal]);
    this.#code = CODES[signal];
    this.#controller.abort();
  };

  constructor() {
    for (const signal of SIGNALS) process.on(signal, this.#handle);
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
    for (const signal of SIGNALS) process.off(signal, this.#handle);
  }
}
