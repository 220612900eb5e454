import { Random } from "@sluice/kernel-wasm/math";
import { type Tensor, tensor } from "@sluice/model";

/** A tensor of numbers in [−1, 1), determined by the seed. */
export function randomTensor(shape: readonly number[], seed: number): Tensor {
  const random = new Random(seed);
  const size = shape.reduce((product, length) => product * length, 1);
  return tensor(
    Float32Array.from({ length: size }, () => 2 * random.uniform() - 1),
    shape,
  );
}
