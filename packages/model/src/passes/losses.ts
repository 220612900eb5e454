import { type Block, type Kernel, type LossShape, outputsPerTarget } from "@sluice/kernel-wasm";
import { expectKeys, expectNumber, expectOneOf, expectPositive } from "@sluice/kernel-wasm/checks";
import { type NetworkShape, outputsOf } from "../config/shape.js";

/**
 * A loss: the mean over targets, weighted if weights are given. With e = output − target:
 *
 * - mse: e²
 * - mae: |e|
 * - huber: e²/2 for |e| ≤ delta, else delta (|e| − delta/2); delta is 1 by default
 * - pinball: max(−q e, (1 − q) e) for each quantile q; the outputs for a target's quantiles are adjacent (Koenker & Bassett 1978)
 * - gaussian: (s + e²/exp(s))/2, the negative log-likelihood up to a constant; each target has two outputs, the mean and the
 *   log-variance s
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

/**
 * A loss with the defaults of its parameters.
 * @throws RangeError for an unknown loss, a delta that is not above 0, or quantiles that are not between 0 and 1.
 */
export function resolveLoss(loss: Loss): ResolvedLoss {
  if (typeof loss === "string") {
    expectOneOf("loss", loss, ["mse", "mae", "huber", "gaussian"]);
    return { kind: loss, delta: 1, quantiles: [] };
  }
  expectOneOf("loss.kind", loss.kind, ["huber", "pinball"]);
  if (loss.kind === "huber") {
    expectKeys("loss", loss, ["kind", "delta"]);
    expectPositive("loss.delta", loss.delta);
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
 * The number of targets of a step.
 * @throws RangeError if the number of outputs is not a multiple of the loss's outputs per target.
 */
export function targetsOf(shape: NetworkShape, loss: Loss = "mse"): number {
  const { kind, quantiles } = resolveLoss(loss);
  const outputs = outputsOf(shape);
  const each = outputsPerTarget(kind, quantiles);
  if (outputs % each !== 0) {
    throw new RangeError(
      `loss ${kind}: expected a multiple of ${each} outputs, ${each} for each target, got ${outputs}`,
    );
  }
  return outputs / each;
}

/** The loss for the kernel; its quantiles are copied to kernel memory. */
export function placeLoss(kernel: Kernel, loss: Loss): LossShape {
  const { kind, delta, quantiles } = resolveLoss(loss);
  if (kind !== "pinball") return { kind, delta };
  const { levels }: { levels: Block } = kernel.arena.allocate({ levels: quantiles.length });
  kernel.floats(levels).set(quantiles);
  return { kind, delta, levels };
}
