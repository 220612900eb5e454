import type { BaselineName, Manifest } from "@sluice/pipeline";
import { figure } from "./text-table.js";

/** Whether the network's held-out error is at most a baseline's. */
export function gateOf(
  { metrics, baselines }: Pick<Manifest, "metrics" | "baselines">,
  method: BaselineName,
): { readonly passed: boolean; readonly line: string } {
  const network = metrics.heldOut?.rmse ?? Number.NaN;
  const other = baselines[method]?.rmse ?? Number.NaN;
  const passed = network <= other;
  const line = `--fail-if-worse-than ${method}: the network's held-out RMSE is ${figure(network)}, that of ${method} ${figure(other)}`;
  return { passed, line };
}
