import { expectFraction, expectKeys, expectNonNegative, expectPositive } from "@sluice/kernel-wasm/checks";
import { expectEpsilon } from "./epsilon.js";

/** RMSprop (Hinton 2012), as torch.optim.RMSprop defines it, not centered. */
export interface Rmsprop {
  readonly kind: "rmsprop";
  readonly learningRate: number;
  readonly alpha: number;
  readonly epsilon: number;
  readonly momentum: number;
  readonly weightDecay: number;
}

export interface RmspropOptions {
  /** 0.01 by default. */
  readonly learningRate?: number | undefined;
  /** The decay rate of the mean of squared gradients; 0.99 by default. */
  readonly alpha?: number | undefined;
  /** Added to the divisor; 1e-8 by default. */
  readonly epsilon?: number | undefined;
  /** How much of the previous step is kept; 0 by default. */
  readonly momentum?: number | undefined;
  /** Adds weightDecay · p to the gradient of p; 0 by default. */
  readonly weightDecay?: number | undefined;
}

/**
 * g ← g + weightDecay · p; v ← alpha · v + (1 − alpha) g²; m ← momentum · m + g / (√v + epsilon); p ← p − learningRate · m.
 * @throws TypeError or RangeError for a learning rate or an epsilon that is not above 0, or an alpha or momentum outside [0, 1).
 */
export function rmsprop(options: RmspropOptions = {}): Rmsprop {
  expectKeys("rmsprop", options, ["learningRate", "alpha", "epsilon", "momentum", "weightDecay"]);
  const { learningRate = 0.01, alpha = 0.99, epsilon = 1e-8, momentum = 0, weightDecay = 0 } = options;
  expectPositive("learningRate", learningRate);
  expectFraction("alpha", alpha);
  expectEpsilon(epsilon);
  expectFraction("momentum", momentum);
  expectNonNegative("weightDecay", weightDecay);
  return { kind: "rmsprop", learningRate, alpha, epsilon, momentum, weightDecay };
}
