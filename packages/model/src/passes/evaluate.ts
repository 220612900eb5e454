import { chunkOf } from "../network/memory-plan.js";
import type { Network } from "../network/network.js";
import type { PlacedSequences } from "../network/placement.js";
import { workspace } from "../network/workspace.js";
import { type Loss, placeLoss } from "../training/losses.js";
import { meanLoss } from "./training-pass.js";

/** The mean loss over placed samples, without gradients. */
export function evaluate(network: Network, data: PlacedSequences, loss: Loss): number {
  const { count, steps } = data;
  return network.borrow(() => {
    const size = { rows: count, steps, segment: chunkOf(network.shape, steps), masked: data.flags !== undefined };
    const work = workspace(network, size, placeLoss(network.kernel, loss));
    return meanLoss(network, work, data, 0, count);
  });
}
