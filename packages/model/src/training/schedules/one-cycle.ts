import { expectFactor, expectInteger, expectKeys, expectNumber } from "@sluice/kernel-wasm/checks";
import { annealed } from "./cosine-decay.js";

/**
 * Half a cosine up to the optimizer's rate and half a cosine down, as in torch.optim.lr_scheduler.OneCycleLR (Smith & Topin 2018);
 * momentum is not changed.
 */
export interface OneCycle {
  readonly kind: "one-cycle";
  readonly updates: number;
  readonly rise: number;
  readonly startFactor: number;
  readonly endFactor: number;
}

export interface OneCycleOptions {
  /** Updates of the whole cycle: epochs · ⌈batches of an epoch / accumulate⌉. After them the rate stays the same. */
  readonly updates: number;
  /** The fraction of updates in which the rate rises; 0.3 by default. */
  readonly rise?: number;
  /** The first rate, relative to the highest; 1/25 by default. */
  readonly startFactor?: number;
  /** The last rate, relative to the highest; 4e-6 by default. */
  readonly endFactor?: number;
}

/**
 * From rate · startFactor to the rate in update rise · updates − 1, then to rate · endFactor in the last, counted from 0.
 * @throws TypeError or RangeError for fewer than two updates, a rise outside (0, 1) or shorter than one update, or factors outside (0, 1].
 */
export function oneCycle(options: OneCycleOptions): OneCycle {
  expectKeys("oneCycle", options, ["updates", "rise", "startFactor", "endFactor"]);
  const { updates, rise = 0.3, startFactor = 1 / 25, endFactor = 1 / 25 / 1e4 } = options;
  expectInteger("updates", updates, 2);
  const within = (x: number) => x > 0 && rise * updates > 1 && rise < 1;
  expectNumber("rise", rise, within, `a number above ${1 / updates} (one update) and below 1`);
  expectFactor("startFactor", startFactor);
  expectFactor("endFactor", endFactor);
  return { kind: "one-cycle", updates, rise, startFactor, endFactor };
}

export function oneCycleRate(
  { updates, rise, startFactor, endFactor }: OneCycle,
  rate: number,
  update: number,
): number {
  const peak = rise * updates - 1;
  if (update <= peak) return annealed(rate * startFactor, rate, update / peak);
  return annealed(rate, rate * endFactor, (update - peak) / (updates - 1 - peak));
}
