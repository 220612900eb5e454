import { CHUNK } from "./memory-plan.js";
import type { Network, PlacedSequences } from "./network.js";

/** The mean squared error over placed samples, without gradients. */
export function evaluate(network: Network, data: PlacedSequences): number {
  const { count, steps } = data;
  return network.borrow(() => {
    const work = network.workspace({ rows: count, steps, segment: Math.min(steps, CHUNK) });
    return network.meanSquaredError(work, data, 0, count);
  });
}
