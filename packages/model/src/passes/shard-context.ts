import type { Shard } from "@sluice/kernel-wasm";
import { SHARD } from "../network/memory-plan.js";
import type { Network } from "../network/network.js";
import type { PlacedInputs } from "../network/placement.js";
import type { Batch } from "./batch.js";
import type { Workspace } from "./workspace.js";

/** The context of a pass over one shard, which all functions of the pass take. */
export interface ShardContext {
  readonly network: Network;
  readonly work: Workspace;
  readonly data: PlacedInputs;
  readonly shard: Shard;
  /** The batch in training; without its key nothing is dropped. */
  readonly batch?: Pick<Batch, "key">;
}

/** Steps [first, first + steps), which are in the workspace together. */
export interface Segment {
  readonly first: number;
  readonly steps: number;
}

/** The shards of samples [first, first + count): SHARD samples each, the last one with the rest. */
export function shardsOf(first: number, count: number): Shard[] {
  return Array.from({ length: Math.ceil(count / SHARD) }, (_, i) => ({
    first: first + i * SHARD,
    count: Math.min(SHARD, count - i * SHARD),
  }));
}
