import { expectKeys, expectPositive } from "@sluice/kernel-wasm/checks";
import { power } from "@sluice/kernel-wasm/math";

/** Multiplies the rate by `factor` after each epoch, as torch.optim.lr_scheduler.ExponentialLR does. */
export interface ExponentialDecay {
  readonly kind: "exponential";
  readonly factor: number;
}

/**
 * In epoch e: rate · factorᵉ.
 * @throws TypeError or RangeError for a factor that is not above 0.
 */
export function exponentialDecay(options: { readonly factor: number }): ExponentialDecay {
  expectKeys("exponentialDecay", options, ["factor"]);
  expectPositive("factor", options.factor);
  return { kind: "exponential", factor: options.factor };
}

export function exponentialRate({ factor }: ExponentialDecay, rate: number, epoch: number): number {
  return rate * power(factor, epoch);
}
