import type { StateDict } from "../formats/state-dict.js";
import type { Gru } from "../gru/gru.js";
import type { Loss } from "../passes/losses.js";
import type { Tensor } from "../tensors/tensor.js";
import { type GateValues, gateValues, NEAR_END } from "./gates.js";
import { hasMemory } from "./memory.js";
import { trace } from "./trace.js";
import { trackName } from "./track-name.js";

export interface DiagnoseData {
  /** (T,B,I) */
  readonly x: Tensor;
  /** (T,B,O), or (B,O) if the network returns the last output only. */
  readonly y: Tensor;
  /** `mse` by default. */
  readonly loss?: Loss | undefined;
}

type Place = Pick<GateValues, "layer" | "direction" | "gate">;

/** A likely problem, as data and as a message. */
export type Finding =
  | { readonly kind: "no-gradient"; readonly tensor: string; readonly message: string }
  | { readonly kind: "non-finite-gradient"; readonly tensor: string; readonly message: string }
  | { readonly kind: "no-memory"; readonly message: string }
  | ({ readonly kind: "non-finite-gate"; readonly count: number; readonly message: string } & Place)
  | ({
      readonly kind: "saturated-gate";
      readonly low: number;
      readonly high: number;
      readonly message: string;
    } & Place);

export interface Diagnosis {
  /** Parameters whose gradient is zero for any targets: training never changes them. */
  readonly withoutGradient: readonly string[];
  /** Whether the order of past steps affects the last output; undefined if all past steps are equal. */
  readonly hasMemory: boolean | undefined;
  /** Empty if no problem was found. */
  readonly findings: readonly Finding[];
}

/** A gate is saturated if at least this fraction of its values is near the limits of its activation. */
const SATURATED = 0.5;

/**
 * Looks for common problems of a network on a batch: parameters without a gradient, a last output that does not depend on past
 * steps, gates, states and gradients that are not finite, and saturated gates. The network is not changed.
 * @throws TypeError or RangeError as `gru.backward` does.
 */
export function diagnose(gru: Gru, { x, y, loss = "mse" }: DiagnoseData): Diagnosis {
  const { gradients } = gru.backward(x, y, { loss });
  // targets equal to the outputs give no gradient, so other targets are tried, too
  const shifted = gru.backward(x, { ...y, data: y.data.map((v) => v + 1) }, { loss }).gradients;
  const withoutGradient = Object.keys(gradients).filter((name) => isZero(gradients, name) && isZero(shifted, name));
  const remembers = hasMemory(gru, x);

  const findings: Finding[] = withoutGradient.map((tensor) => ({
    kind: "no-gradient",
    tensor,
    message: `${tensor} has no gradient: training on such data never changes it`,
  }));
  for (const [tensor, { data }] of Object.entries(gradients)) {
    if (data.some((g) => !Number.isFinite(g)))
      findings.push({ kind: "non-finite-gradient", tensor, message: `the gradient of ${tensor} is not finite` });
  }
  if (remembers === false) {
    const message = "the network has no memory: the order of past steps does not change its last output, bit by bit";
    findings.push({ kind: "no-memory", message });
  }
  for (const values of gateValues(trace(gru, x), gru.config)) {
    for (const finding of gateFindings(values)) findings.push(finding);
  }
  return { withoutGradient, hasMemory: remembers, findings };
}

function isZero(gradients: StateDict, name: string): boolean {
  return gradients[name]!.data.every((g) => g === 0);
}

const NAMES = { r: "reset gate r", z: "update gate z", n: "candidate n", state: "state" } as const;

const percent = (share: number) => `${Math.round(share * 100)} %`;

function gateFindings({ layer, direction, gate, count, nonFinite, low, high }: GateValues): Finding[] {
  const place = { layer, direction, gate };
  const name = `${trackName({ layer, reversed: direction === "reverse" })}: the ${NAMES[gate]}`;
  const findings: Finding[] = [];
  if (nonFinite > 0) {
    const message = `${name} is not finite in ${nonFinite} of ${count} values`;
    findings.push({ kind: "non-finite-gate", ...place, count: nonFinite, message });
  }
  if (low + high >= SATURATED) {
    const message = `${name} is saturated: ${percent(low)} of its values are within ${percent(NEAR_END)} of the lower limit of its range and ${percent(high)} of the upper, where its gradient vanishes`;
    findings.push({ kind: "saturated-gate", ...place, low, high, message });
  }
  return findings;
}
