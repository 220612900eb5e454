import { expectKeys } from "@sluice/kernel-wasm/checks";
import { expectEpsilon, expectLearningRate, expectShare, expectWeightDecay } from "./expect.js";

interface AdamFields {
  readonly learningRate: number;
  readonly betas: readonly [number, number];
  readonly epsilon: number;
  readonly weightDecay: number;
}

/** Adam (Kingma & Ba 2015), as torch.optim.Adam defines it. */
export interface Adam extends AdamFields {
  readonly kind: "adam";
}

/** Adam whose weight decay bypasses the gradient (Loshchilov & Hutter 2019), as torch.optim.AdamW defines it. */
export interface AdamW extends AdamFields {
  readonly kind: "adamw";
}

export interface AdamOptions {
  readonly learningRate: number;
  /** The shares of the past in the means of gradients and of their squares; [0.9, 0.999] by default. */
  readonly betas?: readonly [number, number];
  /** Added to the root of the mean square; 1e-8 by default. */
  readonly epsilon?: number;
  /** 0 by default; 0.01 for `adamw`. */
  readonly weightDecay?: number;
}

/**
 * g ← g + weightDecay · p; m ← β₁ m + (1 − β₁) g; v ← β₂ v + (1 − β₂) g²; p ← p − learningRate · m̂ / (√v̂ + epsilon), where
 * m̂ = m / (1 − β₁ᵗ) and v̂ = v / (1 − β₂ᵗ) in update t.
 * @throws RangeError for a rate or an epsilon that is not above 0, or betas outside [0, 1).
 */
export function adam(options: AdamOptions): Adam {
  return { kind: "adam", ...fieldsOf("adam", options, 0) };
}

/**
 * As `adam`, but the weights decay by themselves: p ← (1 − learningRate · weightDecay) p before the step, g as it is.
 * @throws RangeError as `adam`.
 */
export function adamw(options: AdamOptions): AdamW {
  return { kind: "adamw", ...fieldsOf("adamw", options, 0.01) };
}

function fieldsOf(name: string, options: AdamOptions, decay: number): AdamFields {
  expectKeys(name, options, ["learningRate", "betas", "epsilon", "weightDecay"]);
  const { learningRate, betas = [0.9, 0.999], epsilon = 1e-8, weightDecay = decay } = options;
  expectLearningRate(learningRate);
  if (betas.length !== 2) throw new RangeError(`betas: expected two numbers, got ${betas.length}`);
  expectShare("betas[0]", betas[0]);
  expectShare("betas[1]", betas[1]);
  expectEpsilon(epsilon);
  expectWeightDecay(weightDecay);
  return { learningRate, betas, epsilon, weightDecay };
}
