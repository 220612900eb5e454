import { expectInteger, expectKeys, expectNumber } from "@sluice/kernel-wasm/checks";
import { cos } from "@sluice/kernel-wasm/math";

/** Half a cosine from the rate down to `minimum`, as torch.optim.lr_scheduler.CosineAnnealingLR has it (Loshchilov & Hutter 2017). */
export interface CosineDecay {
  readonly kind: "cosine";
  readonly epochs: number;
  readonly minimum: number;
}

export interface CosineDecayOptions {
  /** Epochs on the way down; after them the rate stays at the minimum. */
  readonly epochs: number;
  /** 0 by default. */
  readonly minimum?: number;
}

/**
 * In epoch e: minimum + (rate − minimum) (1 + cos(π e / epochs)) / 2.
 * @throws RangeError where `epochs` is no whole number above 0, or the minimum is negative.
 */
export function cosineDecay(options: CosineDecayOptions): CosineDecay {
  expectKeys("cosineDecay", options, ["epochs", "minimum"]);
  const { epochs, minimum = 0 } = options;
  expectInteger("epochs", epochs, 1, 0x80000000);
  expectNumber("minimum", minimum, (x) => x >= 0, "a number of at least 0");
  return { kind: "cosine", epochs, minimum };
}

export function cosineRate({ epochs, minimum }: CosineDecay, rate: number, epoch: number): number {
  return annealed(rate, minimum, epoch / epochs);
}

/** Half a cosine from one rate to another, over shares of the way from 0 to 1. */
export function annealed(from: number, to: number, share: number): number {
  return to + ((from - to) * (1 + cos(Math.PI * Math.min(share, 1)))) / 2;
}
