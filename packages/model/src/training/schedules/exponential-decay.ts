import { expectKeys, expectNumber } from "@sluice/kernel-wasm/checks";
import { power } from "@sluice/kernel-wasm/math";

/** The rate times `factor` after every epoch, as torch.optim.lr_scheduler.ExponentialLR has it. */
export interface ExponentialDecay {
  readonly kind: "exponential";
  readonly factor: number;
}

/**
 * In epoch e: rate · factorᵉ.
 * @throws RangeError for a factor that is not above 0.
 */
export function exponentialDecay(options: { readonly factor: number }): ExponentialDecay {
  expectKeys("exponentialDecay", options, ["factor"]);
  expectNumber("factor", options.factor, (x) => x > 0, "a number above 0");
  return { kind: "exponential", factor: options.factor };
}

export function exponentialRate({ factor }: ExponentialDecay, rate: number, epoch: number): number {
  return rate * power(factor, epoch);
}
