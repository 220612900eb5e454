import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import type { Manifest } from "@sluice/pipeline";
import { fields, finite, integerFrom, parseJson, read } from "@sluice/pipeline/formats";
import * as v from "valibot";
import { namingFile } from "../errors/file-error.js";

/** One line of metrics.jsonl. */
export interface EpochLine {
  /** Counted from 0. */
  readonly epoch: number;
  readonly loss: number;
  readonly heldOutLoss?: number;
}

/** The lines of a history of losses. */
export function linesOf({ training, heldOut }: Manifest["loss"]): EpochLine[] {
  const heldOutLosses = new Map(heldOut.map(({ epoch, loss }) => [epoch, loss]));
  return training.map((loss, epoch) => {
    const heldOutLoss = heldOutLosses.get(epoch);
    return { epoch, loss, ...(heldOutLoss !== undefined && { heldOutLoss }) };
  });
}

const text = (line: EpochLine) => `${JSON.stringify(line)}\n`;

/** metrics.jsonl: the losses of each epoch, one line appended per epoch. */
export class MetricsLog {
  readonly #path: string;
  readonly #file: number;

  /** Opens an empty file and writes the lines of earlier epochs. */
  constructor(path: string, lines: readonly EpochLine[] = []) {
    this.#path = path;
    this.#file = namingFile(path, () => openSync(path, "w"));
    this.#append(lines.map(text).join(""));
  }

  append(line: EpochLine): void {
    this.#append(text(line));
  }

  /** Flushes all lines to the disk, before a checkpoint relies on them. */
  flush(): void {
    namingFile(this.#path, () => fsyncSync(this.#file));
  }

  close(): void {
    closeSync(this.#file);
  }

  #append(lines: string): void {
    namingFile(this.#path, () => {
      for (let bytes = Buffer.from(lines); bytes.length > 0; ) bytes = bytes.subarray(writeSync(this.#file, bytes));
    });
  }
}

const lineSchema: v.GenericSchema<unknown, EpochLine> = fields({
  epoch: integerFrom(0),
  loss: finite,
  heldOutLoss: v.exactOptional(finite),
});

/**
 * Reads the complete lines of a metrics.jsonl: one per epoch, in order.
 * @param path what is read, for messages
 * @throws FormatError naming the line and what is wrong with it.
 */
export function readMetrics(path: string, content: string): EpochLine[] {
  const lines = content.split("\n").slice(0, -1);
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
