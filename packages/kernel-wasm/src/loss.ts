import type { Block } from "./arena.js";
import type { Rows, Shard } from "./buffers.js";
import type { Kernel } from "./kernel.js";
import { PANEL, SEGMENT } from "./layout.js";
import { type Panels, panelCount, pointerToPanels, stepsFrom } from "./panels.js";
import { advance, NULL, type Pointer, pointerTo } from "./pointer.js";

/** A loss; assembly/loss.ts has the formulas. */
export interface LossShape {
  readonly kind: "mse" | "mae" | "huber" | "pinball" | "gaussian";
  /** Where the huber loss becomes linear; 1 by default. */
  readonly delta?: number;
  /** (Q), the quantiles of the pinball loss, in kernel memory. */
  readonly levels?: Block;
}

const KINDS = { mse: 0, mae: 1, huber: 2, pinball: 3, gaussian: 4 } as const;

/** The number of outputs for each target. */
export function outputsPerTarget(kind: LossShape["kind"], levels: { readonly length: number } = [0]): number {
  if (kind === "pinball") return levels.length;
  return kind === "gaussian" ? 2 : 1;
}

/**
 * Returns sum + Σ weight · loss of a shard over steps [first, first + steps) of the targets, in f64, and overwrites dOutputs with
 * weight · the loss's derivative. Each SEGMENT steps are summed separately, then those sums in order, so a sequence may be split at
 * multiples of SEGMENT. `size` is the number of units of a panel of dOutputs. outputs and dOutputs may be the same panels.
 */
export function loss(
  kernel: Kernel,
  lossShape: LossShape,
  {
    dOutputs,
    size,
    outputs,
    targets,
    weights,
    shard,
    first,
    steps,
    sum,
  }: {
    dOutputs: Block;
    size: number;
    outputs: Panels;
    targets: Rows;
    weights: Rows | undefined;
    shard: Shard;
    first: number;
    steps: number;
    sum: number;
  },
): number {
  const { kind, delta = 1, levels } = lossShape;
  const panels = panelCount(shard);
  const panel = size * PANEL;
  const units = targets.size * outputsPerTarget(kind, levels);
  const startsOf = ({ starts }: Rows) => pointerTo("starts", starts, shard.first + shard.count, shard.first);
  let total = sum;
  for (let t = 0; t < steps; t += SEGMENT) {
    const count = Math.min(SEGMENT, steps - t);
    total += kernel.exports.loss(
      pointerTo("dOutputs", dOutputs, (t + count) * panels * panel, t * panels * panel),
      panels * panel * 4,
      panel * 4,
      pointerToPanels(stepsFrom(outputs, t), units, panels, count),
      outputs.step,
      outputs.panel,
      rowsAt(targets, first + t),
      startsOf(targets),
      targets.stride,
      targets.size,
      weights ? rowsAt(weights, first + t) : NULL,
      weights ? startsOf(weights) : NULL,
      weights?.stride ?? 0,
      shard.count,
      count,
      KINDS[kind],
      delta,
      levels ? pointerTo("levels", levels, levels.length) : NULL,
      levels?.length ?? 0,
    );
  }
  return total;
}

/** A pointer from which a sample's start gives its features at `step`. */
function rowsAt({ source, stride }: Rows, step: number): Pointer {
  return advance(source.offset as Pointer, step * stride * 4);
}
