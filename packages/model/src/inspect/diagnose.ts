import type { StateDict } from "../formats/state-dict.js";
import type { Gru } from "../gru.js";
import type { Loss } from "../passes/losses.js";
import type { Tensor } from "../tensor.js";
import { type GateValues, gateValues, NEAR_END } from "./gates.js";
import { hasMemory } from "./memory.js";
import { trace } from "./trace.js";
import { trackName } from "./track-name.js";

export interface DiagnoseData {
  /** (T,B,I) */
  readonly x: Tensor;
  /** (T,B,O), or (B,O) where only the last output counts. */
  readonly y: Tensor;
  /** `mse` by default. */
  readonly loss?: Loss;
}

type Place = Pick<GateValues, "layer" | "direction" | "gate">;

/** One thing that is not as it should be, as data and in words. */
export type Finding =
  | { readonly kind: "no-gradient"; readonly tensor: string; readonly words: string }
  | { readonly kind: "non-finite-gradient"; readonly tensor: string; readonly words: string }
  | { readonly kind: "no-memory"; readonly words: string }
  | ({ readonly kind: "non-finite-gate"; readonly count: number; readonly words: string } & Place)
  | ({
      readonly kind: "saturated-gate";
      readonly low: number;
      readonly high: number;
      readonly words: string;
    } & Place);

export interface Diagnosis {
  /** Parameters whose gradient is zero throughout, whatever the targets: training never changes them. */
  readonly withoutGradient: readonly string[];
  /** Whether the order of past steps has an effect on the last output; undefined where no two of them differ. */
  readonly hasMemory: boolean | undefined;
  /** Empty where nothing was found. */
  readonly findings: readonly Finding[];
}

/** From this share of values at an end on, a gate is called saturated. */
const SATURATED = 0.5;

/**
 * Looks for what commonly ails a network, on a batch: parameters that no gradient reaches, a last output that does not depend on
 * the past, gates, states and gradients that are not finite, gates at the ends of their activation. Nothing is changed.
 * @throws RangeError as `gru.backward` does.
 */
export function diagnose(gru: Gru, { x, y, loss = "mse" }: DiagnoseData): Diagnosis {
  const { gradients } = gru.backward(x, y, { loss });
  // targets that are met already give no gradient anywhere; others, a step aside, do
  const aside = gru.backward(x, { ...y, data: y.data.map((v) => v + 1) }, { loss }).gradients;
  const withoutGradient = Object.keys(gradients).filter((name) => isZero(gradients, name) && isZero(aside, name));
  const remembers = hasMemory(gru, x);

  const findings: Finding[] = withoutGradient.map((tensor) => ({
    kind: "no-gradient",
    tensor,
    words: `${tensor} receives no gradient: training on such data never changes it`,
  }));
  for (const [tensor, { data }] of Object.entries(gradients)) {
    if (data.some((g) => !Number.isFinite(g)))
      findings.push({ kind: "non-finite-gradient", tensor, words: `the gradient of ${tensor} is not finite` });
  }
  if (remembers === false) {
    const words = "the network has no memory: past steps in another order leave its last output the same, bit by bit";
    findings.push({ kind: "no-memory", words });
  }
  for (const values of gateValues(trace(gru, x), gru.config)) findings.push(...gateFindings(values));
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
    const words = `${name} is not finite in ${nonFinite} of ${count} values`;
    findings.push({ kind: "non-finite-gate", ...place, count: nonFinite, words });
  }
  if (low + high >= SATURATED) {
    const words = `${name} is saturated: ${percent(low)} of its values are at the lower end of its range and ${percent(high)} at the upper, within ${percent(NEAR_END)}, where it has almost no slope`;
    findings.push({ kind: "saturated-gate", ...place, low, high, words });
  }
  return findings;
}
