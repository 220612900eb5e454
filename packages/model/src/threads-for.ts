import type { GruShape } from "@sluice/kernel-wasm";
import { SHARD } from "./memory-plan.js";

/** Multiplications and additions of one thread's share of an update, for which it is worth a message there and back. */
const SHARE = 12e6;

/**
 * How many threads share an update on `rows` of the batch: decided by shape alone, at most `most`, at most one for each shard, and each with
 * enough to do.
 */
export function threadsFor(
  { inputSize: I, hiddenSize: H, outputSize: O }: GruShape,
  steps: number,
  rows: number,
  most: number,
): number {
  const arithmetic = steps * rows * (18 * H * H + 12 * H * I + 6 * H * O);
  return Math.max(1, Math.min(most, Math.ceil(rows / SHARD), Math.floor(arithmetic / SHARE)));
}
