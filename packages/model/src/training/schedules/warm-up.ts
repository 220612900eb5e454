import { expectFactor, expectInteger, expectKeys } from "@sluice/kernel-wasm/checks";
import { type ConstantRate, constantRate } from "./constant-rate.js";

/** Multiplies another schedule's rate by a factor that grows linearly to 1, as torch.optim.lr_scheduler.LinearLR does. */
export interface WarmUp<S> {
  readonly kind: "warm-up";
  readonly updates: number;
  readonly startFactor: number;
  readonly schedule: S;
}

export interface WarmUpOptions<S> {
  /** Updates until the factor is 1. */
  readonly updates: number;
  /** The factor of the first update; 1/3 by default. */
  readonly startFactor?: number;
  /** The schedule to multiply, which also starts with the first update; `constantRate()` by default. */
  readonly schedule?: S;
}

/**
 * In update u, counted from 0: (startFactor + (1 − startFactor) min(u, updates) / updates) · the other schedule's rate.
 * @throws TypeError or RangeError if `updates` is not an integer above 0, or the factor is outside (0, 1].
 */
export function warmUp<S extends { readonly kind: string } = ConstantRate>(
  options: WarmUpOptions<S>,
): WarmUp<S | ConstantRate> {
  expectKeys("warmUp", options, ["updates", "startFactor", "schedule"]);
  const { updates, startFactor = 1 / 3, schedule = constantRate() } = options;
  expectInteger("updates", updates, 1);
  expectFactor("startFactor", startFactor);
  return { kind: "warm-up", updates, startFactor, schedule };
}

export function warmUpFactor({ updates, startFactor }: Omit<WarmUp<unknown>, "schedule">, update: number): number {
  return startFactor + ((1 - startFactor) * Math.min(update, updates)) / updates;
}
