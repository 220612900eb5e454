import { type Cell, Gru, sgd, tensor } from "@sluice/model";
import { noise } from "./noise.js";
import type { Candidate } from "./timing.js";

export interface Size {
  readonly T: number;
  readonly B: number;
  readonly H: number;
}

/** SGD's learning rate wherever an epoch is timed. */
export const LEARNING_RATE = 0.003;

/** Floating-point operations of a training epoch with one input and one output. */
export const epochOperations = ({ T, B, H }: Size) => T * B * (18 * H * H + 12 * H + 6 * H);

export const network = (hiddenSize: number, cell: Cell) =>
  Gru.create({ inputSize: 1, hiddenSize, outputSize: 1, cell, seed: 1, init: "uniform-scaled" });

/** A single batch of x and y (T,B,1), uniform in [−1, 1). */
export function batch({ T, B }: Size) {
  return { x: tensor(noise(T * B, 1), [T, B, 1]), y: tensor(noise(T * B, 2), [T, B, 1]) };
}

/** One training epoch (forward, backward, SGD) over a single batch; `count` epochs are one call of `fit`. */
export async function epoch(name: string, size: Size): Promise<Candidate> {
  const gru = await network(size.H, "reset-before");
  const data = batch(size);
  return {
    name,
    measure: async (count) => {
      const before = performance.now();
      await gru.fit(data, { epochs: count, optimizer: sgd({ learningRate: LEARNING_RATE }) });
      return (performance.now() - before) / count;
    },
  };
}
