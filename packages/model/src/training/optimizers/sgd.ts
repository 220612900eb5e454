import { expectFraction, expectKeys, expectNonNegative, expectPositive } from "@sluice/kernel-wasm/checks";

/** Stochastic gradient descent, as torch.optim.SGD defines it. */
export interface Sgd {
  readonly kind: "sgd";
  readonly learningRate: number;
  readonly momentum: number;
  readonly weightDecay: number;
  readonly nesterov: boolean;
}

export interface SgdOptions {
  /** 0.01 by default. */
  readonly learningRate?: number | undefined;
  /** How much of the previous step is kept; 0 by default. */
  readonly momentum?: number | undefined;
  /** Adds weightDecay · p to the gradient of p; 0 by default. */
  readonly weightDecay?: number | undefined;
  /** Whether to use Nesterov momentum; needs a momentum above 0. False by default. */
  readonly nesterov?: boolean | undefined;
}

/**
 * g ← g + weightDecay · p; v ← momentum · v + g; p ← p − learningRate · (nesterov ? g + momentum · v : v).
 * @throws TypeError or RangeError for a learning rate that is not above 0, or a momentum outside [0, 1).
 */
export function sgd(options: SgdOptions = {}): Sgd {
  expectKeys("sgd", options, ["learningRate", "momentum", "weightDecay", "nesterov"]);
  const { learningRate = 0.01, momentum = 0, weightDecay = 0, nesterov = false } = options;
  expectPositive("learningRate", learningRate);
  expectFraction("momentum", momentum);
  expectNonNegative("weightDecay", weightDecay);
  if (nesterov && momentum === 0) throw new RangeError("nesterov: expected a momentum above 0, got 0");
  return { kind: "sgd", learningRate, momentum, weightDecay, nesterov };
}
