import type { Batch } from "../passes/batch.js";
import type { FitPlan } from "./fit-plan.js";
import type { Progress } from "./progress.js";

/** Batches of an epoch: for each group of samples, one for each window of their steps. */
export function batchesOf(plan: FitPlan): number {
  return groupsOf(plan) * plan.windows.length;
}

function groupsOf({ training, batchSize }: FitPlan): number {
  return Math.ceil(training.data.count / batchSize);
}

/** The batch that comes next. */
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
    key: dropoutKey(seed, epoch * groupsOf(plan) + group),
    startsFromCarried: window.start > 0 || (stateful && group > 0),
    carriesStatesAt: following?.start ?? (stateful ? window.end : undefined),
  };
}

/** What draws a group's dropped units: other keys than those of initial weights and orders, which have the highest bit clear. */
function dropoutKey(seed: number, group: number): readonly [number, number] {
  return [(seed ^ (seed / 0x100000000)) >>> 0, (0x80000000 | group) >>> 0];
}
