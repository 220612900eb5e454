import type { Block } from "./arena.js";
import { type Panels, panelsOf, type Rows, type Shard } from "./buffers.js";
import { offsetOf } from "./expect-size.js";
import type { Kernel } from "./kernel.js";
import { PANEL, SEGMENT } from "./layout.js";

/** A loss, see assembly/loss.ts: Q levels of quantiles for pinball, delta for huber. */
export interface LossShape {
  readonly kind: "mse" | "mae" | "huber" | "pinball" | "gaussian";
  readonly delta?: number;
  /** (Q) levels, in kernel memory. */
  readonly levels?: Block;
}

const KINDS = { mse: 0, mae: 1, huber: 2, pinball: 3, gaussian: 4 } as const;

/** Outputs that a loss reads for each target. */
export function outputsPerTarget({ kind, levels }: LossShape): number {
  if (kind === "pinball") return levels?.length ?? 1;
  return kind === "gaussian" ? 2 : 1;
}

/**
 * sum + Σ weight · loss of a shard over steps [first, first + steps) of the targets, in f64: SEGMENT steps are summed by themselves, then those
 * sums in order, so a sequence may come in pieces of whole segments. Leaves weight · its derivative in dOutputs, whose panels have
 * `size` units; outputs may be the same panels.
 */
export function loss(
  kernel: Kernel,
  { kind, delta = 1, levels }: LossShape,
  dOutputs: { readonly block: Block; readonly size: number },
  outputs: Panels,
  targets: Rows,
  weights: Rows | undefined,
  shard: Shard,
  first: number,
  steps: number,
  sum = 0,
): number {
  const panels = panelsOf(shard);
  const panel = dOutputs.size * PANEL * 4;
  const to = offsetOf("dOutputs", dOutputs.block, (steps * panels * panel) / 4);
  const starts = (rows: Rows) => offsetOf("starts", rows.starts, shard.first + shard.count) + shard.first * 4;
  for (let t = 0; t < steps; t += SEGMENT) {
    sum += kernel.exports.loss(
      to + t * panels * panel,
      panels * panel,
      panel,
      outputs.at + t * outputs.step,
      outputs.step,
      outputs.panel,
      targets.source.offset + (first + t) * targets.stride * 4,
      starts(targets),
      targets.stride,
      targets.size,
      weights ? weights.source.offset + (first + t) * weights.stride * 4 : 0,
      weights ? starts(weights) : 0,
      weights?.stride ?? 0,
      shard.count,
      Math.min(SEGMENT, steps - t),
      KINDS[kind],
      delta,
      levels?.offset ?? 0,
      levels?.length ?? 0,
    );
  }
  return sum;
}
