import { type FittedTransform, gather, invertOneStep, windows } from "@sluice/data";
import { type Gru, tensor } from "@sluice/model";

/** One-step predictions over a whole series, each from the rows before it. */
export interface OneStep {
  /** transformed[i] belongs to row lag + i. */
  readonly lag: number;
  readonly transformed: Float64Array;
  /** The first row that has a whole window before it. */
  readonly first: number;
  /** The network's outputs for the transformed rows `first`, `first` + 1, … */
  readonly predictedTransformed: Float64Array;
  /** The same predictions in the units of the series. */
  readonly predicted: Float64Array;
}

/** The input of one-step predictions; `Prepared` provides all but the lookback. */
export interface OneStepInput {
  readonly lookback: number;
  /** Without gaps. */
  readonly values: Float64Array;
  readonly fitted: readonly FittedTransform[];
  readonly lag: number;
  readonly transformed: Float64Array;
}

/** Windows per pass: bounds the memory that a long series needs. */
const CHUNK = 256;

/** Runs every window from a zero state and keeps its last output, as the notebook does. */
export function oneStep(gru: Gru, { lookback, values, fitted, lag, transformed }: OneStepInput): OneStep {
  const sequences = windows(Float32Array.from(transformed), { steps: lookback });
  const outputs = new Float64Array(sequences.count);
  for (let from = 0; from < sequences.count; from += CHUNK) {
    const count = Math.min(CHUNK, sequences.count - from);
    const { x } = gather(
      sequences,
      Uint32Array.from({ length: count }, (_, i) => from + i),
    );
    const output = gru.predict(tensor(x.data, x.shape));
    outputs.set(output.data.subarray((lookback - 1) * count), from);
  }
  const first = lag + lookback;
  const predicted = invertOneStep(fitted, outputs, values, first);
  return { lag, transformed, first, predictedTransformed: outputs, predicted };
}
