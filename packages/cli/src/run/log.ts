import { closeSync, existsSync, fsyncSync, openSync, readFileSync, truncateSync, writeSync } from "node:fs";
import { fields, finite, integerFrom, parseJson, read } from "@sluice/pipeline/formats";
import * as v from "valibot";

/** One line of metrics.jsonl. */
export interface EpochLine {
  /** Counted from 0. */
  readonly epoch: number;
  readonly loss: number;
  readonly heldOutLoss?: number;
}

/** metrics.jsonl: the losses of each epoch, one line appended per epoch. */
export class MetricsLog {
  readonly #file: number;

  /** Opens the log after its first `epochs` lines; removes later and incomplete lines. */
  constructor(path: string, epochs = 0) {
    if (existsSync(path)) truncateSync(path, lengthOfLines(readFileSync(path), epochs));
    this.#file = openSync(path, "a");
  }

  append(line: EpochLine): void {
    writeSync(this.#file, `${JSON.stringify(line)}\n`);
  }

  /** Flushes all lines to the disk, before a checkpoint relies on them. */
  flush(): void {
    fsyncSync(this.#file);
  }

  close(): void {
    closeSync(this.#file);
  }
}

const lineSchema: v.GenericSchema<unknown, EpochLine> = fields({
  epoch: integerFrom(0),
  loss: finite,
  heldOutLoss: v.exactOptional(finite),
});

/**
 * Reads the complete lines of a metrics.jsonl: one per epoch, in order.
 * @throws FormatError naming the line and what is wrong with it.
 */
export function readMetrics(path: string): EpochLine[] {
  const lines = readFileSync(path, "utf8").split("\n").slice(0, -1);
  return lines.map((text, i) => {
    const place = `${path}, line ${i + 1}`;
    return read(
      place,
      parseJson(place, text),
      v.pipe(
        lineSchema,
        v.check(({ epoch }) => epoch === i, `epoch ${i}`),
      ),
    );
  });
}

const NEWLINE = 10;

/** The length in bytes of the first `count` complete lines, or of all if there are fewer. */
function lengthOfLines(bytes: Uint8Array, count: number): number {
  let end = 0;
  for (let line = 0; line < count; line++) {
    const next = bytes.indexOf(NEWLINE, end);
    if (next < 0) break;
    end = next + 1;
  }
  return end;
}
