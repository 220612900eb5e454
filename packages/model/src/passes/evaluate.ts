import { chunkOf } from "../network/memory-plan.js";
import type { Network } from "../network/network.js";
import { type PlacedSequences, weightOf } from "../network/placement.js";
import { type Loss, placeLoss } from "./losses.js";
import { meanLoss } from "./mean-loss.js";
import type { Pass } from "./pass.js";
import { type TrainingWorkspace, workspace } from "./workspace.js";

/** The mean loss over samples in kernel memory, without gradients; 0 if the weights of all targets are 0. */
export function* evaluate(network: Network, data: PlacedSequences, loss: Loss): Pass<number> {
  const { count, steps } = data;
  const { arena } = network.kernel;
  const { top } = arena;
  try {
    const size = { rows: count, steps, segment: chunkOf(network.shape, steps), masked: data.flags !== undefined };
    const work = workspace(network, size, placeLoss(network.kernel, loss));
    return (yield* meanLoss(network, work, data, { first: 0, count })) ?? 0;
  } finally {
    arena.release(top);
  }
}

/**
 * The mean loss over all training samples, without dropout and gradients, in the memory of training: in batches of `batchSize`, each from its
 * own initial states.
 */
export function* evaluateTraining(
  network: Network,
  { training: _, carried: __, ...work }: TrainingWorkspace,
  data: PlacedSequences,
  batchSize: number,
): Pass<number> {
  let [sum, total] = [0, 0];
  for (let first = 0; first < data.count; first += batchSize) {
    const count = Math.min(batchSize, data.count - first);
    const weight = weightOf(network, data, { first, count });
    sum += weight * ((yield* meanLoss(network, work, data, { first, count })) ?? 0);
    total += weight;
  }
  return total > 0 ? sum / total : 0;
}
