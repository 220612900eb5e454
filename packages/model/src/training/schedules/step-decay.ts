import { expectInteger, expectKeys, expectPositive } from "@sluice/kernel-wasm/checks";
import { power } from "@sluice/kernel-wasm/math";

/** Multiplies the rate by `factor` after every `every` epochs, as torch.optim.lr_scheduler.StepLR does. */
export interface StepDecay {
  readonly kind: "step";
  readonly every: number;
  readonly factor: number;
}

export interface StepDecayOptions {
  /** Epochs from one step to the next. */
  readonly every: number;
  /** 0.1 by default. */
  readonly factor?: number;
}

/**
 * In epoch e: rate · factor^⌊e / every⌋.
 * @throws TypeError or RangeError if `every` is not an integer above 0, or the factor is not above 0.
 */
export function stepDecay(options: StepDecayOptions): StepDecay {
  expectKeys("stepDecay", options, ["every", "factor"]);
  const { every, factor = 0.1 } = options;
  expectInteger("every", every, 1);
  expectPositive("factor", factor);
  return { kind: "step", every, factor };
}

export function stepRate({ every, factor }: StepDecay, rate: number, epoch: number): number {
  return rate * power(factor, Math.floor(epoch / every));
}
