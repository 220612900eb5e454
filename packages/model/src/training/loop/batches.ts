import type { Batch } from "../../passes/training-pass.js";
import type { Progress } from "../checkpoint/progress.js";
import type { FitPlan } from "../options/fit-plan.js";

/** Batches of an epoch: one for each group of samples and each window of their steps. */
export function batchesPerEpoch(plan: FitPlan): number {
  return groupsPerEpoch(plan) * plan.windows.length;
}

/** Groups of `batchSize` samples. */
function groupsPerEpoch({ training, batchSize }: FitPlan): number {
  return Math.ceil(training.data.count / batchSize);
}

/** The next batch. */
export function nextBatch(
  plan: FitPlan,
  seed: number,
  { epoch, batch }: Pick<Progress, "epoch" | "batch">,
): Batch & { readonly key: readonly [number, number] } {
  const { training, batchSize, windows, stateful } = plan;
  const group = Math.floor(batch / windows.length);
  const window = windows[batch % windows.length]!;
  const following = windows[(batch % windows.length) + 1];
  const first = group * batchSize;
  return {
    first,
    count: Math.min(batchSize, training.data.count - first),
    window: windows.length > 1 ? window : undefined,
    key: dropoutKey(seed, epoch * groupsPerEpoch(plan) + group),
    goesOn: window.start > 0 || (stateful && group > 0),
    leavesAt: following?.start ?? (stateful ? window.end : undefined),
  };
}

/** The key of a group's dropout masks; its highest bit keeps it apart from the keys of initial weights and shuffling. */
function dropoutKey(seed: number, group: number): readonly [number, number] {
  return [(seed ^ (seed / 0x100000000)) >>> 0, (0x80000000 | group) >>> 0];
}
