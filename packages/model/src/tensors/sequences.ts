import { ACTIVE } from "@sluice/kernel-wasm";
import { expectInteger, expectKeys, expectObject, typeName } from "@sluice/kernel-wasm/checks";
import { throwMemoryless } from "../config/config.js";
import { directionsOf, type NetworkShape } from "../config/shape.js";
import { STEP_OPTIONS, type StepFlags, type StepOptions, toFlags } from "./step-flags.js";
import {
  allFinite,
  expectFinite,
  expectShape,
  STEPS_FIRST,
  type Tensor,
  type TensorLike,
  throwNotFinite,
  toTensor,
} from "./tensor.js";

/** Rows of features by offset: sample s has the features of step t at data[starts[s] + t · stride + i], i < size. */
export interface StridedRows {
  readonly data: Float32Array;
  readonly starts: Uint32Array;
  readonly stride: number;
  readonly size: number;
}

/** Samples of `steps` steps each, as offsets into flat arrays, with resolved options. */
export interface Sequences extends StepFlags {
  readonly count: number;
  readonly steps: number;
  readonly x: StridedRows;
  readonly y: StridedRows;
  /** The weight of the loss of each step, or of each sample if the network returns the last output only. */
  readonly weights?: StridedRows | undefined;
}

/** Samples by offset, so that windows into a series need no copies. Options have the same shapes as for tensors. */
export interface SampleRows extends StepOptions {
  /** B, samples. */
  readonly count: number;
  /** T, steps of each sample. */
  readonly steps: number;
  readonly x: StridedRows;
  /** One row per sample if the network returns the last output only. */
  readonly y: StridedRows;
  readonly weights?: StridedRows | TensorLike | undefined;
}

/** Inputs x (T,B,I) and targets y (T,B,O), or (B,O) if the network returns the last output only. */
export interface SampleTensors extends StepOptions {
  readonly x: TensorLike;
  readonly y: TensorLike;
  /** (T,B), or (B): the weight of each loss, at least 0; masked steps have weight 0. */
  readonly weights?: TensorLike | undefined;
}

/** Samples as tensors or by offset. */
export type TrainingData = SampleTensors | SampleRows;

const TENSOR_KEYS = ["x", "y", "weights", ...STEP_OPTIONS];
const ROW_KEYS = ["count", "steps", ...TENSOR_KEYS];
const STRIDED_KEYS = ["data", "starts", "stride", "size"];

/** The starts of `count` samples, `size` elements apart. */
export function startsEvery(size: number, count: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, i) => i * size);
}

/** The rows of a tensor (T,B,F) or (B,F). */
export function rowsOf({ data, shape }: Tensor): StridedRows {
  const [B, size] = shape.slice(-2) as [number, number];
  return { data, starts: startsEvery(size, B), stride: B * size, size };
}

/** Checks rows by offset, and copies their starts. */
function checkRows(
  name: string,
  rows: StridedRows,
  { count, steps }: Pick<Sequences, "count" | "steps">,
  size: number,
): StridedRows {
  expectKeys(name, rows, STRIDED_KEYS);
  const { data, starts, stride } = rows;
  if (!(data instanceof Float32Array))
    throw new TypeError(`${name}.data: expected a Float32Array, got ${typeName(data)}`);
  expectInteger(`${name}.stride`, stride, 0, 0x7fffffff);
  if (rows.size !== size) throw new RangeError(`${name}.size: expected ${size}, got ${rows.size}`);
  if (!(starts?.length >= count)) throw new RangeError(`${name}.starts: expected ${count}, got ${starts?.length}`);
  const extent = (steps - 1) * stride + size;
  for (let s = 0; s < count; s++) {
    const end = starts[s]! + extent;
    if (!Number.isInteger(starts[s]) || starts[s]! < 0 || end > data.length)
      throw new RangeError(
        `${name}: expected sample ${s} to end within ${data.length} elements, got an end at ${end}`,
      );
  }
  return { data, starts: Uint32Array.from(starts).subarray(0, count), stride, size };
}

/** Checks that the rows are finite at all steps for which `counts` holds. */
function checkFiniteSteps(
  name: string,
  rows: StridedRows,
  { count }: Pick<Sequences, "count">,
  steps: number,
  counts: (sample: number, step: number) => boolean,
): void {
  if (allFinite(rows.data)) return;
  for (let s = 0; s < count; s++) {
    for (let t = 0; t < steps; t++) {
      if (!counts(s, t)) continue;
      const at = rows.starts[s]! + t * rows.stride;
      for (let i = at; i < at + rows.size; i++) {
        if (!Number.isFinite(rows.data[i])) throwNotFinite(name, rows.data, i);
      }
    }
  }
}

/** Checks that the rows are finite at all steps that are not masked. */
export function checkActive(
  name: string,
  rows: StridedRows,
  { flags, count, steps }: Pick<Sequences, "flags" | "count" | "steps">,
): void {
  checkFiniteSteps(name, rows, { count }, steps, (s, t) => !flags || (flags[s * steps + t]! & ACTIVE) !== 0);
}

/** The weights with 0 at masked steps; undefined if all are 1. */
function weightsOf(
  given: StridedRows | TensorLike | undefined,
  { flags, count, steps }: Sequences,
  lastOnly: boolean,
): StridedRows | undefined {
  const weights = given && weightRows(given, count, steps, lastOnly);
  if (lastOnly || !flags) return weights;
  const data = Float32Array.from({ length: count * steps }, (_, i) => {
    if (!(flags[i]! & ACTIVE)) return 0;
    return weights ? weights.data[weights.starts[Math.floor(i / steps)]! + (i % steps) * weights.stride]! : 1;
  });
  return { data, starts: startsEvery(steps, count), stride: 1, size: 1 };
}

function weightRows(given: StridedRows | TensorLike, count: number, steps: number, lastOnly: boolean): StridedRows {
  let rows: StridedRows;
  if (given && "starts" in given) rows = checkRows("weights", given, { count, steps: lastOnly ? 1 : steps }, 1);
  else {
    const weights = toTensor("weights", given);
    expectShape("weights", weights, lastOnly ? [count] : [steps, count]);
    rows = { data: weights.data, starts: startsEvery(1, count), stride: lastOnly ? 0 : count, size: 1 };
  }
  const index = rows.data.findIndex((w) => !(w >= 0 && w < Number.POSITIVE_INFINITY));
  if (index >= 0)
    throw new RangeError(
      `weights: expected finite numbers of at least 0, got ${rows.data[index]} at element ${index}`,
    );
  return rows;
}

/** @throws TypeError for anything but an object with x and y, such as a tensor. */
export function expectData(data: TrainingData): void {
  expectObject("data", data, TENSOR_KEYS);
  if ("shape" in data) throw new TypeError("data: expected { x, y }, got a tensor; write fit({ x, y }, options)");
}

/**
 * Converts data to samples by offset; `targets` is the number of targets of a step.
 * @throws TypeError or RangeError for unknown options, shapes that do not match the network, no samples, no steps, or numbers that are not
 * finite at steps that are not masked, or in targets whose weight is not 0.
 */
export function toSequences(
  data: TrainingData,
  shape: Pick<NetworkShape, "inputSize" | "outputs">,
  targets: number,
): Sequences {
  const { inputSize: I } = shape;
  const lastOnly = shape.outputs === "last";
  expectData(data);
  let rows: Pick<Sequences, "count" | "steps" | "x" | "y">;
  if ("count" in data) {
    expectKeys("data", data, ROW_KEYS);
    const { count, steps } = data;
    expectInteger("steps", steps, 1, 0x7fffffff);
    expectInteger("count", count, 1, 0x7fffffff);
    const x = checkRows("x", data.x, data, I);
    rows = { count, steps, x, y: checkRows("y", data.y, lastOnly ? { count, steps: 1 } : data, targets) };
  } else {
    expectKeys("data", data, TENSOR_KEYS);
    const [x, y] = [toTensor("x", data.x), toTensor("y", data.y)];
    expectShape("x", x, [-1, -1, I], STEPS_FIRST);
    const [steps, count] = x.shape as [number, number, number];
    const hint = y.shape[0] === count && !lastOnly ? STEPS_FIRST : "";
    expectShape("y", y, lastOnly ? [count, targets] : [steps, count, targets], hint);
    if (steps * count === 0)
      throw new RangeError(`x: expected at least one step and one sample, got [${x.shape.join(", ")}]`);
    rows = { count, steps, x: rowsOf(x), y: rowsOf(y) };
  }
  const { count, steps } = rows;
  const flagged = { ...rows, ...toFlags(data, steps, count) };
  const sequences = { ...flagged, weights: weightsOf(data.weights, flagged, lastOnly) };
  const { weights } = sequences;
  checkActive("x", rows.x, sequences);
  const weighs = (s: number, t: number) => weights?.data[weights.starts[s]! + t * weights.stride] !== 0;
  checkFiniteSteps("y", rows.y, sequences, lastOnly ? 1 : steps, weighs);
  return sequences;
}

/** @throws RangeError for samples whose targets all have weight 0. */
export function expectTargets(name: string, { weights, count, steps }: Sequences, lastOnly: boolean): void {
  if (!weights) return;
  for (let s = 0; s < count; s++) {
    for (let t = 0; t < (lastOnly ? 1 : steps); t++)
      if (weights.data[weights.starts[s]! + t * weights.stride]! > 0) return;
  }
  throw new RangeError(`${name}: expected a target that counts, got weights, lengths or a mask that exclude all`);
}

/** Initial states (L D,B,H) as rows, with a step for each track. */
export function stateRows(given: TensorLike, shape: NetworkShape, B: number): StridedRows {
  const { cell, hiddenSize: H, layers } = shape;
  if (cell === "memoryless") throwMemoryless();
  const state = toTensor("initialState", given);
  expectShape("initialState", state, [layers * directionsOf(shape), B, H]);
  expectFinite("initialState", state.data);
  return { data: state.data, starts: startsEvery(H, B), stride: B * H, size: H };
}
