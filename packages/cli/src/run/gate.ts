import type { BaselineName, Manifest, Plan } from "@sluice/pipeline";
import { UsageError } from "../errors/usage-error.js";
import { formatNumber } from "../terminal/text-table.js";

/**
 * Checks, before training, that the method of `--fail-if-worse-than` can be used on a series.
 * @throws UsageError for a seasonal method without a season.
 */
export function expectGate({ recipe, split }: Pick<Plan, "recipe" | "split">, gate: BaselineName | undefined): void {
  if (gate !== "seasonal-naive" || (recipe.season >= 2 && split.train >= recipe.season)) return;
  throw new UsageError("--fail-if-worse-than seasonal-naive: the series has no known season; give one with --season");
}

/** A message if the network's held-out error is larger than the method's; otherwise undefined. */
export function gateFailure(
  { metrics, baselines }: Pick<Manifest, "metrics" | "baselines">,
  method: BaselineName,
): string | undefined {
  const network = metrics.heldOut?.rmse ?? Number.NaN;
  const other = baselines[method]?.rmse ?? Number.NaN;
  if (network <= other) return undefined;
  return `--fail-if-worse-than ${method}: the network's held-out RMSE is ${formatNumber(network)}, that of ${method} is ${formatNumber(other)}`;
}
