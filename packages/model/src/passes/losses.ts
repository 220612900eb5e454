import type { Block, Kernel, LossShape } from "@sluice/kernel-wasm";
import { expectKeys, expectNumber, expectOneOf } from "@sluice/kernel-wasm/checks";
import { type NetworkShape, outputsOf } from "../config/shape.js";

/**
 * What training makes small: a mean over targets, weighted where weights are given.
 *
 * mse: e², e = output − target. mae: |e|. huber: e²/2 up to |e| = delta (1 by default), then delta (|e| − delta/2). pinball:
 * max(−q e, (1 − q) e) for each quantile q, whose outputs lie side by side for each target (Koenker & Bassett 1978). gaussian: the
 * negative log-likelihood (s + e²/exp(s))/2, but for a constant; each target has two outputs, mean and log-variance s.
 */
export type Loss =
  | "mse"
  | "mae"
  | "huber"
  | "gaussian"
  | { readonly kind: "huber"; readonly delta: number }
  | { readonly kind: "pinball"; readonly quantiles: readonly number[] };

interface ResolvedLoss {
  readonly kind: LossShape["kind"];
  readonly delta: number;
  readonly quantiles: readonly number[];
}

/** @throws RangeError for an unknown loss, a delta that is not above 0, or quantiles that are not between 0 and 1. */
export function resolveLoss(loss: Loss = "mse"): ResolvedLoss {
  if (typeof loss === "string") {
    expectOneOf("loss", loss, ["mse", "mae", "huber", "gaussian"]);
    return { kind: loss, delta: 1, quantiles: [] };
  }
  expectOneOf("loss.kind", loss.kind, ["huber", "pinball"]);
  if (loss.kind === "huber") {
    expectKeys("loss", loss, ["kind", "delta"]);
    expectNumber("loss.delta", loss.delta, (x) => x > 0, "a number above 0");
    return { kind: "huber", delta: loss.delta, quantiles: [] };
  }
  expectKeys("loss", loss, ["kind", "quantiles"]);
  if (!Array.isArray(loss.quantiles) || loss.quantiles.length === 0)
    throw new RangeError(`loss.quantiles: expected at least one number, got ${JSON.stringify(loss.quantiles)}`);
  for (const q of loss.quantiles) {
    expectNumber("loss.quantiles", q, (x) => x > 0 && x < 1, "numbers between 0 and 1");
  }
  return { kind: "pinball", delta: 1, quantiles: loss.quantiles };
}

/**
 * Targets of a step.
 * @throws RangeError where the outputs are no whole number of times what the loss reads for a target.
 */
export function targetsOf(shape: NetworkShape, loss: Loss = "mse"): number {
  const { kind, quantiles } = resolveLoss(loss);
  const outputs = outputsOf(shape);
  const each = kind === "pinball" ? quantiles.length : kind === "gaussian" ? 2 : 1;
  if (outputs % each !== 0) {
    throw new RangeError(`loss ${kind}: expected outputs in groups of ${each}, one group a target, got ${outputs}`);
  }
  return outputs / each;
}

/** The loss as kernels take it, its quantiles in kernel memory. */
export function placeLoss(kernel: Kernel, loss: Loss = "mse"): LossShape {
  const { kind, delta, quantiles } = resolveLoss(loss);
  if (kind !== "pinball") return { kind, delta };
  const { levels }: { levels: Block } = kernel.arena.allocate({ levels: quantiles.length });
  kernel.floats(levels).set(quantiles);
  return { kind, delta, levels };
}
