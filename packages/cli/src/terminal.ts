import type { Readable } from "node:stream";

/** An output, as process.stdout and process.stderr are. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** Where a command reads and writes: `process`, or a stand-in. Data goes to stdout, words and progress to stderr. */
export interface Terminal {
  readonly stdin: Readable;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Whether an output may move its cursor and show colors: a terminal, and nobody who asked for plain text. */
export function isLively(output: Output, env: Terminal["env"]): boolean {
  return output.isTTY === true && !env["NO_COLOR"] && env["TERM"] !== "dumb";
}

/** Text in bold or red, where the output is lively. */
export function styled(output: Output, env: Terminal["env"], style: "bold" | "red", text: string): string {
  if (!isLively(output, env)) return text;
  return style === "bold" ? `\u001b[1m${text}\u001b[22m` : `\u001b[31m${text}\u001b[39m`;
}
