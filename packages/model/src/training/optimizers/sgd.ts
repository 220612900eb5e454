import { expectKeys } from "@sluice/kernel-wasm/checks";
import { expectLearningRate, expectShare, expectWeightDecay } from "./expect.js";

/** Stochastic gradient descent, as torch.optim.SGD defines it. */
export interface Sgd {
  readonly kind: "sgd";
  readonly learningRate: number;
  readonly momentum: number;
  readonly weightDecay: number;
  readonly nesterov: boolean;
}

export interface SgdOptions {
  readonly learningRate: number;
  /** The share of the last step that the next one keeps; 0 by default. */
  readonly momentum?: number;
  /** Adds weightDecay · p to the gradient of p; 0 by default. */
  readonly weightDecay?: number;
  /** Looks ahead along the momentum, which must not be 0. */
  readonly nesterov?: boolean;
}

/**
 * g ← g + weightDecay · p; v ← momentum · v + g; p ← p − learningRate · (nesterov ? g + momentum · v : v).
 * @throws RangeError for a rate that is not above 0, or a momentum outside [0, 1).
 */
export function sgd(options: SgdOptions): Sgd {
  expectKeys("sgd", options, ["learningRate", "momentum", "weightDecay", "nesterov"]);
  const { learningRate, momentum = 0, weightDecay = 0, nesterov = false } = options;
  expectLearningRate(learningRate);
  expectShare("momentum", momentum);
  expectWeightDecay(weightDecay);
  if (nesterov && momentum === 0) throw new RangeError("nesterov: expected a momentum above 0, got 0");
  return { kind: "sgd", learningRate, momentum, weightDecay, nesterov };
}
