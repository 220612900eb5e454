import type { GruConfig } from "../network/config.js";
import type { TraceTrack } from "./trace.js";

/** How the values of a gate, candidate or state lie. */
export interface GateValues {
  readonly layer: number;
  readonly direction: "forward" | "reverse";
  readonly gate: "r" | "z" | "n" | "state";
  readonly count: number;
  readonly nonFinite: number;
  /** Shares of values at the lower and at the upper end of an activation that has ends. */
  readonly low: number;
  readonly high: number;
}

/** A value this near the end of σ or tanh, by the width of its range, has almost no slope. */
export const NEAR_END = 0.01;

/** The range of an activation; undefined where it has no two ends. */
function rangeOf(gate: GateValues["gate"], { candidateActivation }: Required<GruConfig>) {
  if (gate === "state") return undefined;
  if (gate === "n") return candidateActivation === "tanh" ? { from: -1, to: 1 } : undefined;
  return { from: 0, to: 1 };
}

/** Counts what a trace of whole sequences holds. */
export function gateValues(tracks: readonly TraceTrack[], config: Required<GruConfig>): GateValues[] {
  return tracks.flatMap(({ layer, direction, ...tensors }) =>
    (["r", "z", "n", "state"] as const).flatMap((gate) => {
      const values = tensors[gate]?.data;
      if (!values) return [];
      const range = rangeOf(gate, config);
      const margin = range ? NEAR_END * (range.to - range.from) : 0;
      const share = (holds: (v: number) => boolean) => values.filter(holds).length / values.length;
      return {
        layer,
        direction,
        gate,
        count: values.length,
        nonFinite: values.filter((v) => !Number.isFinite(v)).length,
        low: range ? share((v) => v <= range.from + margin) : 0,
        high: range ? share((v) => v >= range.to - margin) : 0,
      };
    }),
  );
}
