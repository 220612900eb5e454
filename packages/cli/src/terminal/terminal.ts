import type { Readable } from "node:stream";

/** A stream for text, such as process.stdout and process.stderr. */
export interface OutputStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** The streams and the environment of a command: `process`, or an object like it. Data goes to stdout, messages and progress to stderr. */
export interface Terminal {
  readonly stdin: Readable;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Whether a stream can show colors and redraw a line: a terminal, without NO_COLOR or TERM=dumb. */
export function isInteractive(stream: OutputStream, env: Terminal["env"]): boolean {
  return stream.isTTY === true && !env["NO_COLOR"] && env["TERM"] !== "dumb";
}

/** Text in red, if the stream is interactive. */
export function red(stream: OutputStream, env: Terminal["env"], text: string): string {
  return isInteractive(stream, env) ? `\u001b[31m${text}\u001b[39m` : text;
}
