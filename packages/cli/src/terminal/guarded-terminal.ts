import { Writable } from "node:stream";
import type { OutputStream, Terminal } from "./terminal.js";

/**
 * A terminal whose writes do not throw. A stream that is closed or full stops no command; whether all data reached stdout is
 * known at the end.
 */
export class GuardedTerminal implements Terminal {
  readonly stdin: Terminal["stdin"];
  readonly env: Terminal["env"];
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly #streams: readonly OutputStream[];
  #failure: Error | undefined;

  readonly #keep = (error: Error): void => {
    this.#failure ??= error;
  };

  constructor({ stdin, stdout, stderr, env }: Terminal) {
    this.stdin = stdin;
    this.env = env;
    this.#streams = [stdout, stderr];
    if (stdout instanceof Writable) stdout.on("error", this.#keep);
    if (stderr instanceof Writable) stderr.on("error", ignore);
    this.stdout = guarded(stdout, this.#keep);
    this.stderr = guarded(stderr, ignore);
  }

  /** Waits until all is written, and returns the first error of stdout. */
  async finish(): Promise<Error | undefined> {
    const [stdout, stderr] = this.#streams;
    await Promise.all([flushed(stdout), flushed(stderr)]);
    if (stdout instanceof Writable) stdout.off("error", this.#keep);
    if (stderr instanceof Writable) stderr.off("error", ignore);
    return this.#failure;
  }
}

const ignore = (): void => {};

function guarded(stream: OutputStream, onError: (error: Error) => void): OutputStream {
  return {
    write: (text) => {
      try {
        return stream.write(text);
      } catch (error) {
        return onError(error as Error);
      }
    },
    get isTTY() {
      return stream.isTTY === true;
    },
    get columns() {
      return stream.columns ?? 0;
    },
  };
}

/** Resolves when the stream has written what it holds, or failed. */
async function flushed(stream: OutputStream | undefined): Promise<void> {
  if (!(stream instanceof Writable) || stream.destroyed) return;
  await new Promise<void>((resolve) => stream.write("", () => setImmediate(resolve)));
}
