import { closeSync, existsSync, fsyncSync, openSync, readFileSync, truncateSync, writeSync } from "node:fs";

/** One line of metrics.jsonl. */
export interface EpochLine {
  /** Counted from 0. */
  readonly epoch: number;
  readonly loss: number;
  readonly heldOutLoss?: number;
}

/** metrics.jsonl: the losses of each epoch, appended line by line. */
export class MetricsLog {
  readonly #file: number;

  /** Goes on after the first `epochs` lines: what follows them, and a torn line, is trimmed. */
  constructor(path: string, epochs = 0) {
    if (existsSync(path)) truncateSync(path, lengthOfLines(readFileSync(path), epochs));
    this.#file = openSync(path, "a");
  }

  append(line: EpochLine): void {
    writeSync(this.#file, `${JSON.stringify(line)}\n`);
  }

  /** Makes all lines last, before a checkpoint counts on them. */
  flush(): void {
    fsyncSync(this.#file);
  }

  close(): void {
    closeSync(this.#file);
  }
}

/** The whole lines of a metrics.jsonl. */
export function readMetrics(path: string): EpochLine[] {
  const lines = readFileSync(path, "utf8").split("\n").slice(0, -1);
  return lines.map((line) => JSON.parse(line) as EpochLine);
}

const NEWLINE = 10;

/** Bytes of the first `count` whole lines, or of all that there are. */
function lengthOfLines(bytes: Uint8Array, count: number): number {
  let end = 0;
  for (let line = 0; line < count; line++) {
    const next = bytes.indexOf(NEWLINE, end);
    if (next < 0) break;
    end = next + 1;
  }
  return end;
}
