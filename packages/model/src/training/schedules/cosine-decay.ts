import { expectInteger, expectKeys, expectNonNegative } from "@sluice/kernel-wasm/checks";
import { cos } from "@sluice/kernel-wasm/math";

/** Half a cosine from the optimizer's rate down to `minimum`, as in torch.optim.lr_scheduler.CosineAnnealingLR (Loshchilov & Hutter 2017). */
export interface CosineDecay {
  readonly kind: "cosine";
  readonly epochs: number;
  readonly minimum: number;
}

export interface CosineDecayOptions {
  /** Epochs until the minimum is reached; the rate stays there. */
  readonly epochs: number;
  /** 0 by default. */
  readonly minimum?: number;
}

/**
 * In epoch e: minimum + (rate − minimum) (1 + cos(π e / epochs)) / 2.
 * @throws TypeError or RangeError if `epochs` is not an integer above 0, or the minimum is negative.
 */
export function cosineDecay(options: CosineDecayOptions): CosineDecay {
  expectKeys("cosineDecay", options, ["epochs", "minimum"]);
  const { epochs, minimum = 0 } = options;
  expectInteger("epochs", epochs, 1);
  expectNonNegative("minimum", minimum);
  return { kind: "cosine", epochs, minimum };
}

export function cosineRate({ epochs, minimum }: CosineDecay, rate: number, epoch: number): number {
  return annealed(rate, minimum, epoch / epochs);
}

/** The rate at `fraction` (0 to 1) of half a cosine from one rate to another. */
export function annealed(from: number, to: number, fraction: number): number {
  return to + ((from - to) * (1 + cos(Math.PI * Math.min(fraction, 1)))) / 2;
}
