import { printable } from "./printable.js";
import { red, type Terminal } from "./terminal.js";

export interface OutputOptions {
  /** Print data as one JSON object. */
  readonly json: boolean;
  /** Print errors only on stderr. */
  readonly quiet: boolean;
}

/** Writes a command's data to stdout and its messages to stderr. Control characters in names reach no terminal. */
export class Output {
  constructor(
    readonly terminal: Terminal,
    readonly options: OutputOptions,
  ) {}

  /** Writes a message to stderr, unless quiet. */
  message(line: string): void {
    if (!this.options.quiet) this.terminal.stderr.write(`${printable(line)}\n`);
  }

  /** Writes an error to stderr. */
  error(line: string): void {
    const { stderr, env } = this.terminal;
    stderr.write(`${red(stderr, env, "sluice:")} ${printable(line)}\n`);
  }

  /** Writes data to stdout: as text, or as one object with --json. */
  data(text: string, json: () => object): void {
    const { stdout } = this.terminal;
    const data = this.options.json ? `${JSON.stringify({ schemaVersion: 1, ...json() }, null, 2)}\n` : text;
    stdout.write(stdout.isTTY ? printable(data) : data);
  }
}
