import { Gru, type GruConfig, type Tensor, tensor } from "../src/index.js";

/** Numbers in [−1, 1) from a linear congruential generator, the same in every engine. */
export function numbers(count: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state / 2 ** 31;
  });
}

export const randomTensor = (shape: readonly number[], seed: number): Tensor =>
  tensor(
    numbers(
      shape.reduce((a, b) => a * b, 1),
      seed,
    ),
    shape,
  );

/** A network with random parameters, including the biases. */
export function randomNetwork(config: GruConfig): Promise<Gru> {
  return Gru.create({ init: "uniform-scaled", ...config });
}

/** The bits of f32 numbers, for exact comparison. */
export const bits = (values: Float32Array) => [...new Uint32Array(values.slice().buffer)];
