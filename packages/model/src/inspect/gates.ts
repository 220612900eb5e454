import type { GruConfig } from "../config/config.js";
import type { TraceTrack } from "./trace.js";

/** The distribution of the values of a gate, candidate or state. */
export interface GateValues {
  readonly layer: number;
  readonly direction: "forward" | "reverse";
  readonly gate: "r" | "z" | "n" | "state";
  readonly count: number;
  readonly nonFinite: number;
  /** The fractions of values near the lower and the upper limit of the activation; 0 if it has no limits. */
  readonly low: number;
  readonly high: number;
}

/** The distance from a limit of σ or tanh, relative to the width of the range, within which the gradient vanishes. */
export const NEAR_END = 0.01;

/** The range of an activation; undefined if it is not bounded on both sides. */
function rangeOf(gate: GateValues["gate"], { candidateActivation }: Required<GruConfig>) {
  if (gate === "state") return undefined;
  if (gate === "n") return candidateActivation === "tanh" ? { from: -1, to: 1 } : undefined;
  return { from: 0, to: 1 };
}

/** Summarizes the values of a trace. */
export function gateValues(tracks: readonly TraceTrack[], config: Required<GruConfig>): GateValues[] {
  return tracks.flatMap(({ layer, direction, ...tensors }) =>
    (["r", "z", "n", "state"] as const).flatMap((gate) => {
      const values = tensors[gate]?.data;
      if (!values) return [];
      const range = rangeOf(gate, config);
      const margin = range ? NEAR_END * (range.to - range.from) : 0;
      const fraction = (matches: (v: number) => boolean) => values.filter(matches).length / values.length;
      return {
        layer,
        direction,
        gate,
        count: values.length,
        nonFinite: values.filter((v) => !Number.isFinite(v)).length,
        low: range ? fraction((v) => v <= range.from + margin) : 0,
        high: range ? fraction((v) => v >= range.to - margin) : 0,
      };
    }),
  );
}
