import type { ResolvedRecipe } from "./recipe.js";

/** The least squared errors that any network can reach on fresh data. */
export interface Limits {
  /** For the loss: the mean over all positions of a window. */
  readonly loss: number;
  /** For the one-step error: a window's last position. */
  readonly oneStep: number;
  /** For both, where the cell has no memory; null for a cell that has. */
  readonly memoryless: number | null;
}

/**
 * The limits of a trend with noise of variance σ², seen through its differences; null for any other task.
 *
 * The differences are slope + MA(1) with θ = −1, so the best error given k of them is σ² (1 + 1/(k + 1)); position k of
 * a window has seen k. A memoryless network always has k = 1.
 */
export function limitsOf(recipe: ResolvedRecipe): Limits | null {
  const { source, transforms, lookback, cell } = recipe;
  if (source === null || JSON.stringify(transforms) !== '[{"difference":1}]') return null;
  const variance = source.noise * source.noise;
  const after = (k: number) => variance * (1 + 1 / (k + 1));
  let sum = 0;
  for (let k = 1; k <= lookback; k++) sum += after(k);
  return { loss: sum / lookback, oneStep: after(lookback), memoryless: cell === "memoryless" ? after(1) : null };
}
