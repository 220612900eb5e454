import { directionsOf, featuresOf, type NetworkShape } from "../config/shape.js";
import { SHARD } from "../network/memory-plan.js";

/** The least work per thread, in multiplications and additions, that outweighs a message to a worker and back. */
const LEAST_WORK = 12e6;

/**
 * The number of threads that share an update on `rows` of the batch: at most `limit`, at most one per shard, and each with enough work. It
 * depends on the shape only.
 */
export function threadCount(shape: NetworkShape, steps: number, rows: number, limit: number): number {
  const { inputSize: I, hiddenSize: H, outputSize: O, layers } = shape;
  const F = featuresOf(shape);
  const inputs = I + (layers - 1) * F;
  const perStep = directionsOf(shape) * (18 * H * H * layers + 12 * H * inputs) + 6 * F * O;
  const byWork = Math.floor((steps * rows * perStep) / LEAST_WORK);
  return Math.max(1, Math.min(limit, Math.ceil(rows / SHARD), byWork));
}
