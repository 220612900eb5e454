import { expectInteger, expectKeys } from "@sluice/kernel-wasm/checks";
import { expectForward, type GruConfig } from "../../config/config.js";
import type { Resolved } from "../../config/resolved.js";
import type { Window } from "../../passes/batch.js";

/**
 * Truncated back-propagation through time (Williams & Peng 1990; k1 and k2 as in Sutskever 2013): one update for every `k1` steps of a
 * batch, whose gradient is propagated back through `k2` steps.
 */
export interface Truncate {
  /** Steps from one update to the next; the loss of an update covers these steps. */
  readonly k1: number;
  /** Steps through which a gradient is propagated, at least `k1`; `k1` by default. */
  readonly k2?: number | undefined;
}

/** @throws RangeError for networks that do not run forward, or that return the last output only. */
export function resolveTruncate(truncate: Truncate, { direction, outputs }: Required<GruConfig>): Resolved<Truncate> {
  expectKeys("truncate", truncate, ["k1", "k2"]);
  const { k1, k2 = k1 } = truncate;
  expectInteger("truncate.k1", k1, 1, 0x7fffffff);
  expectInteger("truncate.k2", k2, k1, 0x7fffffff);
  expectForward("truncate", direction);
  if (outputs !== "all") throw new RangeError(`truncate: expected a network with outputs "all", got "${outputs}"`);
  return { k1, k2 };
}

/**
 * The steps of each update of a batch; one window of all steps without truncation. The last window may have fewer than k1 steps; it starts
 * where it would with all of them, or at the first step if k2 reaches it.
 */
export function windowsOf(steps: number, truncate: Resolved<Truncate> | null): readonly Window[] {
  const { k1, k2 } = truncate ?? { k1: steps, k2: steps };
  return Array.from({ length: Math.ceil(steps / k1) }, (_, i) => {
    const end = Math.min((i + 1) * k1, steps);
    return { start: k2 >= end ? 0 : (i + 1) * k1 - k2, lossStart: i * k1, end };
  });
}

/** The number of steps of the longest window. */
export function longestWindow(windows: readonly Window[]): number {
  return windows.reduce((most, { start, end }) => Math.max(most, end - start), 0);
}
