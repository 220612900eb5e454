import { expectInteger, expectNumber } from "@sluice/kernel-wasm/checks";
import type { Sequences, StridedRows } from "../../tensors/sequences.js";

/** The number of `count` samples to hold out: `split` is a fraction below 1, rounded to at least one sample, or the number itself. */
export function heldOutCount(split: number, count: number): number {
  const expected = "a fraction between 0 and 1, or a number of samples";
  expectNumber("validationSplit", split, (x) => x > 0 && (x < 1 || Number.isInteger(x)), expected);
  const heldOut = split < 1 ? Math.max(1, Math.round(split * count)) : split;
  expectInteger(`validationSplit (${split}) of ${count} samples`, heldOut, 1, count - 1);
  return heldOut;
}

/** Samples [from, to). */
export function sliceSamples(data: Sequences, from: number, to: number): Sequences {
  const { steps, flags, lengths, weights } = data;
  return {
    ...data,
    count: to - from,
    x: sliceRows(data.x, from, to),
    y: sliceRows(data.y, from, to),
    flags: flags?.subarray(from * steps, to * steps),
    lengths: lengths?.subarray(from, to),
    weights: weights && sliceRows(weights, from, to),
  };
}

/** The rows of samples [from, to). */
export function sliceRows(rows: StridedRows, from: number, to: number): StridedRows {
  return { ...rows, starts: rows.starts.subarray(from, to) };
}
