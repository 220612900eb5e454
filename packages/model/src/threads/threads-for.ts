import { SHARD } from "../network/memory-plan.js";
import { directionsOf, featuresOf, type NetworkShape } from "../network/shape.js";

/** Multiplications and additions of one thread's share of an update, for which it is worth a message there and back. */
const SHARE = 12e6;

/**
 * How many threads share an update on `rows` of the batch: decided by shape alone, at most `most`, at most one for each shard, and each with
 * enough to do.
 */
export function threadsFor(shape: NetworkShape, steps: number, rows: number, most: number): number {
  const { inputSize: I, hiddenSize: H, outputSize: O, layers } = shape;
  const F = featuresOf(shape);
  const inputs = I + (layers - 1) * F;
  const each = directionsOf(shape) * (18 * H * H * layers + 12 * H * inputs) + 6 * F * O;
  return Math.max(1, Math.min(most, Math.ceil(rows / SHARD), Math.floor((steps * rows * each) / SHARE)));
}
