import { expectInteger, expectNumber } from "@sluice/kernel-wasm/checks";
import type { Sequences, StridedRows } from "../sequences.js";

/** How many of `count` samples are held out: a share below 1, rounded to at least one, or their number. */
export function heldOut(split: number, count: number): number {
  const words = "a share between 0 and 1, or a number of samples";
  expectNumber("validationSplit", split, (x) => x > 0 && (x < 1 || Number.isInteger(x)), words);
  const held = split < 1 ? Math.max(1, Math.round(split * count)) : split;
  expectInteger(`validationSplit (${split}) of ${count} samples`, held, 1, count - 1);
  return held;
}

/** Samples [from, to). */
export function samplesBetween(data: Sequences, from: number, to: number): Sequences {
  const { steps, flags, lengths, weights } = data;
  return {
    ...data,
    count: to - from,
    x: rowsBetween(data.x, from, to),
    y: rowsBetween(data.y, from, to),
    flags: flags?.subarray(from * steps, to * steps),
    lengths: lengths?.subarray(from, to),
    weights: weights && rowsBetween(weights, from, to),
  };
}

/** The rows of samples [from, to). */
export function rowsBetween(rows: StridedRows, from: number, to: number): StridedRows {
  return { ...rows, starts: rows.starts.subarray(from, to) };
}
