import { expectInteger, expectKeys, expectNumber } from "@sluice/kernel-wasm/checks";
import { power } from "@sluice/kernel-wasm/math";

/** The rate times `factor` after every so many epochs, as torch.optim.lr_scheduler.StepLR has it. */
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
 * @throws RangeError where `every` is no whole number above 0, or the factor is not above 0.
 */
export function stepDecay(options: StepDecayOptions): StepDecay {
  expectKeys("stepDecay", options, ["every", "factor"]);
  const { every, factor = 0.1 } = options;
  expectInteger("every", every, 1, 0x80000000);
  expectNumber("factor", factor, (x) => x > 0, "a number above 0");
  return { kind: "step", every, factor };
}

export function stepRate({ every, factor }: StepDecay, rate: number, epoch: number): number {
  return rate * power(factor, Math.floor(epoch / every));
}
