import { expectInteger, expectKeys } from "@sluice/kernel-wasm/checks";
import type { GruConfig } from "../network/config.js";
import type { Window } from "../passes/batch.js";

/**
 * Truncated back-propagation through time (Williams & Peng 1990; k1 and k2 as in Sutskever 2013): an update for every `k1` steps of a
 * batch, whose gradient goes back `k2` steps from the last of them.
 */
export interface Truncate {
  /** Steps from one update to the next: those whose losses it counts. */
  readonly k1: number;
  /** Steps that a gradient goes back, at least `k1`; `k1` by default. */
  readonly k2?: number;
}

/** @throws RangeError for a network whose states do not go forward from step to step, or that reads the last output alone. */
export function resolveTruncate(truncate: Truncate, { direction, outputs }: Required<GruConfig>): Required<Truncate> {
  expectKeys("truncate", truncate, ["k1", "k2"]);
  const { k1, k2 = k1 } = truncate;
  expectInteger("truncate.k1", k1, 1, 0x7fffffff);
  expectInteger("truncate.k2", k2, k1, 0x7fffffff);
  if (direction !== "forward")
    throw new RangeError(`truncate: expected a network that runs forward, got direction ${direction}`);
  if (outputs !== "all")
    throw new RangeError(`truncate: expected a network with outputs at every step, got outputs "${outputs}"`);
  return { k1, k2 };
}

/**
 * The steps of each update of a batch; of all steps where nothing is truncated. The last update of a batch may have fewer steps than k1: it goes
 * back as far as it would with all of them, or to the first step where k2 reaches it.
 */
export function windowsOf(steps: number, truncate: Required<Truncate> | null): readonly Window[] {
  const { k1, k2 } = truncate ?? { k1: steps, k2: steps };
  return Array.from({ length: Math.ceil(steps / k1) }, (_, i) => {
    const end = Math.min((i + 1) * k1, steps);
    return { start: k2 >= end ? 0 : (i + 1) * k1 - k2, lossStart: i * k1, end };
  });
}

/** Steps of the longest of them. */
export function longestOf(windows: readonly Window[]): number {
  return windows.reduce((most, { start, end }) => Math.max(most, end - start), 0);
}
