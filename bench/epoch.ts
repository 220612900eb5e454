import { Gru, sgd, tensor } from "@sluice/model";
import { noise } from "./noise.js";
import type { Measured } from "./timing.js";

export interface Size {
  readonly T: number;
  readonly B: number;
  readonly H: number;
}

/** The arithmetic of a training epoch, one input and one output. */
export const epochOperations = ({ T, B, H }: Size) => T * B * (18 * H * H + 12 * H + 6 * H);

/** One training epoch (forward, backward, SGD) over a single batch of x and y (T,B,1). */
export async function epoch(name: string, { T, B, H }: Size): Promise<Measured> {
  const gru = await Gru.create({
    inputSize: 1,
    hiddenSize: H,
    outputSize: 1,
    cell: "reset-before",
    seed: 1,
    init: "uniform-scaled",
  });
  const data = { x: tensor(noise(T * B, 1), [T, B, 1]), y: tensor(noise(T * B, 2), [T, B, 1]) };
  const fit = (epochs: number) => gru.fit(data, { epochs, optimizer: sgd({ learningRate: 0.003 }) });
  return {
    name,
    // many epochs in one call, as training goes
    measure: async (count) => {
      const before = performance.now();
      await fit(count);
      return (performance.now() - before) / count;
    },
  };
}
