import { ACTIVE } from "@sluice/kernel-wasm";
import { expectInteger, expectKeys } from "@sluice/kernel-wasm/checks";
import { throwMemoryless } from "../config/config.js";
import { directionsOf, type NetworkShape } from "../config/shape.js";
import { STEP_OPTIONS, type StepFlags, type StepOptions, toFlags } from "./step-flags.js";
import { expectFinite, expectShape, type Tensor, throwNotFinite } from "./tensor.js";

/** Rows of features by offset: sample s has the features of step t at data[starts[s] + t · stride + i], i < size. */
export interface StridedRows {
  readonly data: Float32Array;
  readonly starts: Uint32Array;
  readonly stride: number;
  readonly size: number;
}

/** Samples of `steps` steps each, as offsets into flat arrays, so that windows into a series need no copies. */
export interface Sequences extends StepFlags {
  readonly count: number;
  readonly steps: number;
  readonly x: StridedRows;
  readonly y: StridedRows;
  /** The weight of the loss of each step, or of each sample if the network returns the last output only. */
  readonly weights?: StridedRows | undefined;
}

/**
 * Inputs x (T,B,I) and targets y (T,B,O), or (B,O) if the network returns the last output only; or samples by offset.
 * `weights` (T,B), or (B), multiply each loss; masked steps have weight 0.
 */
export type TrainingData =
  | ({ readonly x: Tensor; readonly y: Tensor; readonly weights?: Tensor } & StepOptions)
  | Sequences;

/** The starts of `count` samples, `size` elements apart. */
export function startsEvery(size: number, count: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, i) => i * size);
}

function rowsOf({ data, shape }: Tensor): StridedRows {
  const [B, size] = shape.slice(-2) as [number, number];
  return { data, starts: startsEvery(size, B), stride: B * size, size };
}

/** Checks that `count` samples of `steps` steps with `size` features lie within the data. */
function checkRows(
  name: string,
  rows: StridedRows,
  { count, steps }: Pick<Sequences, "count" | "steps">,
  size: number,
): void {
  if (rows.size !== size) throw new RangeError(`${name}.size: expected ${size}, got ${rows.size}`);
  if (rows.starts.length < count)
    throw new RangeError(`${name}.starts: expected ${count}, got ${rows.starts.length}`);
  const extent = (steps - 1) * rows.stride + size;
  for (let s = 0; s < count; s++) {
    const end = rows.starts[s]! + extent;
    if (end > rows.data.length)
      throw new RangeError(
        `${name}: expected sample ${s} to end within ${rows.data.length} elements, got an end at ${end}`,
      );
  }
}

/** Checks that the rows are finite at all steps that are not masked. */
function checkFiniteSteps(name: string, rows: StridedRows, { flags, count, steps }: Sequences): void {
  if (!flags) {
    expectFinite(name, rows.data);
    return;
  }
  for (let s = 0; s < count; s++) {
    for (let t = 0; t < steps; t++) {
      if (!(flags[s * steps + t]! & ACTIVE)) continue;
      const at = rows.starts[s]! + t * rows.stride;
      for (let i = at; i < at + rows.size; i++) {
        if (!Number.isFinite(rows.data[i])) throwNotFinite(name, rows.data, i);
      }
    }
  }
}

/** Checks the sizes of the flags, and that no length exceeds the steps of a sample. */
function checkFlags({ flags, lengths, count, steps }: Sequences): void {
  if (flags && flags.length < count * steps)
    throw new RangeError(`flags: expected ${count} × ${steps} bytes, got ${flags.length}`);
  if (lengths && lengths.length < count) throw new RangeError(`lengths: expected ${count}, got ${lengths.length}`);
  for (let s = 0; lengths && s < count; s++) expectInteger(`lengths[${s}]`, lengths[s], 0, steps);
}

/** The weights with 0 at masked steps; undefined if all are 1. */
function weightsOf({ weights, flags, count, steps }: Sequences, lastOnly: boolean): StridedRows | undefined {
  const perSample = lastOnly ? 1 : steps;
  if (weights) {
    checkRows("weights", weights, { count, steps: perSample }, 1);
    checkWeights(weights.data);
  }
  if (lastOnly || !flags) return weights;
  const data = Float32Array.from({ length: count * steps }, (_, i) => {
    if (!(flags[i]! & ACTIVE)) return 0;
    return weights ? weights.data[weights.starts[Math.floor(i / steps)]! + (i % steps) * weights.stride]! : 1;
  });
  return { data, starts: startsEvery(steps, count), stride: 1, size: 1 };
}

function checkWeights(data: Float32Array): void {
  const index = data.findIndex((w) => !(w >= 0 && w < Number.POSITIVE_INFINITY));
  if (index >= 0)
    throw new RangeError(`weights: expected finite numbers of at least 0, got ${data[index]} at element ${index}`);
}

/**
 * Converts data to samples by offset; `targets` is the number of targets of a step.
 * @throws TypeError or RangeError for shapes that do not match the network, no samples, no steps, or numbers that are not finite at steps
 * that are not masked.
 */
export function toSequences(
  data: TrainingData,
  shape: Pick<NetworkShape, "inputSize" | "outputs">,
  targets: number,
): Sequences {
  const { inputSize: I } = shape;
  const lastOnly = shape.outputs === "last";
  let sequences: Sequences;
  if ("count" in data) {
    expectInteger("steps", data.steps, 1, 0x7fffffff);
    expectInteger("count", data.count, 1, 0x7fffffff);
    checkRows("x", data.x, data, I);
    checkRows("y", data.y, lastOnly ? { count: data.count, steps: 1 } : data, targets);
    checkFlags(data);
    const weights = weightsOf(data, lastOnly);
    sequences = { ...data, weights };
  } else {
    expectShape("x", data.x, [-1, -1, I]);
    const [steps, count] = data.x.shape as [number, number, number];
    expectShape("y", data.y, lastOnly ? [count, targets] : [steps, count, targets]);
    if (steps * count === 0)
      throw new RangeError(`x: expected at least one step and one sample, got [${data.x.shape.join(", ")}]`);
    const { x, y, weights, ...options } = data;
    expectKeys("data", options, STEP_OPTIONS);
    if (weights) expectShape("weights", weights, lastOnly ? [count] : [steps, count]);
    const rows = weights && {
      data: weights.data,
      starts: startsEvery(1, count),
      stride: lastOnly ? 0 : count,
      size: 1,
    };
    const all = { count, steps, x: rowsOf(x), y: rowsOf(y), weights: rows, ...toFlags(options, steps, count) };
    sequences = { ...all, weights: weightsOf(all, lastOnly) };
  }
  checkFiniteSteps("x", sequences.x, sequences);
  if (lastOnly) expectFinite("y", sequences.y.data);
  else checkFiniteSteps("y", sequences.y, sequences);
  return sequences;
}

/** Initial states (L D,B,H) as rows, with a step for each track. */
export function stateRows(state: Tensor, shape: NetworkShape, B: number): StridedRows {
  const { cell, hiddenSize: H, layers } = shape;
  if (cell === "memoryless") throwMemoryless();
  expectShape("initialState", state, [layers * directionsOf(shape), B, H]);
  expectFinite("initialState", state.data);
  return { data: state.data, starts: startsEvery(H, B), stride: B * H, size: H };
}
