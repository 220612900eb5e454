import { chunkOf } from "../network/memory-plan.js";
import type { Network } from "../network/network.js";
import type { PlacedSequences } from "../network/placement.js";
import { type Loss, placeLoss } from "./losses.js";
import { meanLoss } from "./mean-loss.js";
import type { Pass } from "./pass.js";
import { workspace } from "./workspace.js";

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
