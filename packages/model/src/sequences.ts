import { ACTIVE, CARRIED } from "@sluice/kernel-wasm";
import { expectInteger, expectKeys } from "@sluice/kernel-wasm/checks";
import { refuseMemoryless } from "./network/config.js";
import { directionsOf, type NetworkShape } from "./network/shape.js";
import { expectShape, type Tensor } from "./tensor.js";

/** Rows of features, found by offset: sample s at step t has its features at data[starts[s] + t · stride + i], i < size. */
export interface StridedRows {
  readonly data: Float32Array;
  readonly starts: Uint32Array;
  readonly stride: number;
  readonly size: number;
}

/** Which steps of which samples are taken. */
export interface StepFlags {
  /** A byte for each step, sample by sample: ACTIVE where it is taken, CARRIED where it goes on from the state before. */
  readonly flags?: Uint8Array | undefined;
  /** Steps of each sample up to the last that may be taken: there time turns round where it runs backward. */
  readonly lengths?: Uint32Array | undefined;
}

/** Samples of `steps` steps each, as offsets into flat arrays, so that windows over a series need no copies. */
export interface Sequences extends StepFlags {
  readonly count: number;
  readonly steps: number;
  readonly x: StridedRows;
  readonly y: StridedRows;
  /** One for each step (or sample, where only the last output counts): what its loss counts. */
  readonly weights?: StridedRows | undefined;
}

/** Which steps are taken: by lengths or by a mask, not both; and where a sample begins anew. */
export interface StepOptions {
  /** (B) steps of each sample, from 0 to T; what stands past them has no effect. */
  readonly lengths?: ArrayLike<number>;
  /** (T,B), row-major: 0 where a step is left out. The state is held there, and what stands there has no effect. */
  readonly mask?: ArrayLike<number>;
  /** (T,B), row-major: other than 0 where the state is zero (not learned) before the step; nothing where the step is left out. */
  readonly resets?: ArrayLike<number>;
}

/**
 * Inputs (T,B,I) and targets (T,B,O), or (B,O) where only the last output counts; or samples by offset.
 * `weights` (T,B), or (B), tell how much each loss counts; steps that are left out count nothing.
 */
export type TrainingData =
  | ({ readonly x: Tensor; readonly y: Tensor; readonly weights?: Tensor } & StepOptions)
  | Sequences;

function rowsOf({ data, shape }: Tensor): StridedRows {
  const [B, size] = shape.slice(-2) as [number, number];
  return { data, starts: Uint32Array.from({ length: B }, (_, b) => b * size), stride: B * size, size };
}

function checkRows(name: string, rows: StridedRows, count: number, steps: number, size: number): void {
  if (rows.size !== size) throw new RangeError(`${name}.size: expected ${size}, got ${rows.size}`);
  if (rows.starts.length < count)
    throw new RangeError(`${name}.starts: expected ${count}, got ${rows.starts.length}`);
  const reach = (steps - 1) * rows.stride + size;
  for (let s = 0; s < count; s++) {
    if (rows.starts[s]! + reach > rows.data.length) {
      throw new RangeError(
        `${name}: expected sample ${s} within ${rows.data.length} elements, got one that ends at ${rows.starts[s]! + reach}`,
      );
    }
  }
}

/** @throws RangeError that names the first number which is not finite. */
export function checkFinite(name: string, data: Float32Array): void {
  // searches that are built in: engines take milliseconds over a loop before it is compiled
  if (![Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].some((bad) => data.includes(bad))) return;
  const at = data.findIndex((value) => !Number.isFinite(value));
  throw new RangeError(`${name}: expected finite numbers, got ${data[at]} at element ${at}`);
}

/** The same where it has an effect: steps that are left out may hold anything. */
function checkTaken(name: string, rows: StridedRows, { flags, count, steps }: Sequences): void {
  if (!flags) {
    checkFinite(name, rows.data);
    return;
  }
  for (let s = 0; s < count; s++) {
    for (let t = 0; t < steps; t++) {
      if (!(flags[s * steps + t]! & ACTIVE)) continue;
      const at = rows.starts[s]! + t * rows.stride;
      for (let i = at; i < at + rows.size; i++) {
        if (!Number.isFinite(rows.data[i]))
          throw new RangeError(`${name}: expected finite numbers, got ${rows.data[i]} at element ${i}`);
      }
    }
  }
}

/** The names of the options. */
export const STEP_OPTIONS = ["lengths", "mask", "resets"] as const;

const indices = (count: number) => Uint32Array.from({ length: count }, (_, i) => i);

/**
 * Which steps of T × B are taken.
 * @throws RangeError for lengths outside 0 … T, arrays of another size, or lengths and a mask together.
 */
export function toFlags({ lengths, mask, resets }: StepOptions, T: number, B: number): StepFlags {
  if (!lengths && !mask && !resets) return {};
  if (lengths && mask) throw new RangeError("lengths and mask: expected one of them, got both");
  if (lengths && lengths.length !== B) throw new RangeError(`lengths: expected ${B}, got ${lengths.length}`);
  for (const [name, all] of [
    ["mask", mask],
    ["resets", resets],
  ] as const) {
    if (!all) continue;
    if (all.length !== T * B) throw new RangeError(`${name}: expected ${T} × ${B} elements, got ${all.length}`);
    const bad = Array.prototype.find.call(all, (v: unknown) => !Number.isFinite(v));
    if (bad !== undefined) throw new TypeError(`${name}: expected finite numbers, 0 or others, got ${String(bad)}`);
  }
  const flags = new Uint8Array(B * T);
  const ends = new Uint32Array(B);
  for (let b = 0; b < B; b++) {
    if (lengths) expectInteger(`lengths[${b}]`, lengths[b], 0, T);
    ends[b] = lengths?.[b] ?? T;
    for (let t = 0; t < T; t++) {
      const active = t < ends[b]! && mask?.[t * B + b] !== 0;
      const carried = !resets || resets[t * B + b] === 0;
      flags[b * T + t] = (active ? ACTIVE : 0) | (carried ? CARRIED : 0);
    }
  }
  return { flags, lengths: ends };
}

/** Refuses flags and lengths that reach beyond their samples. */
function checkFlags({ flags, lengths, count, steps }: Sequences): void {
  if (flags && flags.length < count * steps)
    throw new RangeError(`flags: expected ${count} × ${steps} bytes, got ${flags.length}`);
  if (lengths && lengths.length < count) throw new RangeError(`lengths: expected ${count}, got ${lengths.length}`);
  for (let s = 0; lengths && s < count; s++) expectInteger(`lengths[${s}]`, lengths[s], 0, steps);
}

/** The weights of samples by offset: those given, nothing where a step is left out. */
function weightsOf({ weights, flags, count, steps }: Sequences, last: boolean): StridedRows | undefined {
  const each = last ? 1 : steps;
  if (weights) {
    checkRows("weights", weights, count, each, 1);
    checkWeights(weights.data);
  }
  if (last || !flags) return weights;
  const data = Float32Array.from({ length: count * steps }, (_, i) => {
    if (!(flags[i]! & ACTIVE)) return 0;
    return weights ? weights.data[weights.starts[Math.floor(i / steps)]! + (i % steps) * weights.stride]! : 1;
  });
  return { data, starts: Uint32Array.from({ length: count }, (_, s) => s * steps), stride: 1, size: 1 };
}

function checkWeights(data: Float32Array): void {
  const bad = data.findIndex((w) => !(w >= 0 && w < Number.POSITIVE_INFINITY));
  if (bad >= 0) throw new RangeError(`weights: expected finite numbers of at least 0, got ${data[bad]} at ${bad}`);
}

/**
 * The data as samples by offset; `targets` of each step.
 * @throws RangeError for other shapes than the network's, no samples, no steps, or numbers that are not finite where they count.
 */
export function toSequences(
  data: TrainingData,
  shape: Pick<NetworkShape, "inputSize" | "outputs">,
  targets: number,
): Sequences {
  const { inputSize: I } = shape;
  const last = shape.outputs === "last";
  let sequences: Sequences;
  if ("count" in data) {
    expectInteger("steps", data.steps, 1, 0x7fffffff);
    expectInteger("count", data.count, 1, 0x7fffffff);
    checkRows("x", data.x, data.count, data.steps, I);
    checkRows("y", data.y, data.count, last ? 1 : data.steps, targets);
    checkFlags(data);
    const weights = weightsOf(data, last);
    sequences = { ...data, weights };
  } else {
    expectShape("x", data.x, [-1, -1, I]);
    const [steps, count] = data.x.shape as [number, number, number];
    expectShape("y", data.y, last ? [count, targets] : [steps, count, targets]);
    if (steps * count === 0)
      throw new RangeError(`x: expected at least one step and one sample, got [${data.x.shape.join(", ")}]`);
    const { x, y, weights, ...options } = data;
    expectKeys("data", options, STEP_OPTIONS);
    if (weights) expectShape("weights", weights, last ? [count] : [steps, count]);
    const rows = weights && { data: weights.data, starts: indices(count), stride: last ? 0 : count, size: 1 };
    const all = { count, steps, x: rowsOf(x), y: rowsOf(y), weights: rows, ...toFlags(options, steps, count) };
    sequences = { ...all, weights: weightsOf(all, last) };
  }
  checkTaken("x", sequences.x, sequences);
  if (last) checkFinite("y", sequences.y.data);
  else checkTaken("y", sequences.y, sequences);
  return sequences;
}

/** Initial states (L D,B,H) as rows: a step for each track. */
export function stateRows(state: Tensor, shape: NetworkShape, B: number): StridedRows {
  const { cell, hiddenSize: H, layers } = shape;
  if (cell === "memoryless") refuseMemoryless();
  expectShape("initialState", state, [layers * directionsOf(shape), B, H]);
  checkFinite("initialState", state.data);
  return { data: state.data, starts: Uint32Array.from({ length: B }, (_, b) => b * H), stride: B * H, size: H };
}
