import { styled, type Terminal } from "./terminal.js";

export interface SpeakerOptions {
  readonly json: boolean;
  readonly quiet: boolean;
}

/** Sends a command's words and data where they belong. */
export class Speaker {
  constructor(
    readonly terminal: Terminal,
    readonly options: SpeakerOptions,
  ) {}

  /** A line for the reader, on stderr. */
  say(line: string): void {
    if (!this.options.quiet) this.terminal.stderr.write(`${line}\n`);
  }

  /** A line that even a quiet command says, on stderr. */
  complain(line: string): void {
    const { stderr, env } = this.terminal;
    stderr.write(`${styled(stderr, env, "red", "sluice:")} ${line}\n`);
  }

  /** The command's data, on stdout: as text, or as one object under --json. */
  result(text: string, json: () => object): void {
    const { stdout } = this.terminal;
    stdout.write(this.options.json ? `${JSON.stringify({ schemaVersion: 1, ...json() }, null, 2)}\n` : text);
  }
}
