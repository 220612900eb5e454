import type { Network } from "../network/network.js";
import { type PlacedSequences, weightOf } from "../network/placement.js";
import type { Batch } from "./batch.js";
import type { Pass } from "./pass.js";
import { shardsOf } from "./shard-context.js";
import { addShardGradient, shardGradient } from "./shard-gradient.js";
import { shardLoss } from "./shard-loss.js";
import type { TrainingWorkspace, Workspace } from "./workspace.js";

/**
 * The mean loss of a batch; undefined if the weights of its targets are all 0. With a training workspace, adds the gradient of the mean
 * into `gradient`.
 */
export function* meanLoss(
  network: Network,
  work: Workspace | TrainingWorkspace,
  data: PlacedSequences,
  batch: Batch,
): Pass<number | undefined> {
  const { first, count } = batch;
  const weight = weightOf(network, data, batch);
  if (weight === 0 && batch.carriesStatesAt === undefined) return undefined;
  let sum = 0;
  if (weight > 0 && "training" in work) {
    network.pack(work.training);
    for (const shard of shardsOf(first, count)) {
      sum += yield* shardGradient({ network, work, data, batch, shard });
      addShardGradient(network, work, weight);
    }
  } else {
    network.pack();
    for (const shard of shardsOf(first, count)) sum += yield* shardLoss({ network, work, data, batch, shard });
  }
  return weight > 0 ? sum / weight : undefined;
}
