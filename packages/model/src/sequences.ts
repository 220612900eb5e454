import { ACTIVE, CARRIED } from "@sluice/kernel-wasm";
import { expectInteger, refuseMemoryless } from "./config.js";
import { directionsOf, type NetworkShape } from "./shape.js";
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
  /** (T,B), row-major: other than 0 where the state is zero before the step. */
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

function checkFinite(name: string, data: Float32Array): void {
  const bad = data.findIndex((v) => !Number.isFinite(v));
  if (bad >= 0) throw new RangeError(`${name}: expected finite numbers, got ${data[bad]} at element ${bad}`);
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
    if (all && all.length !== T * B)
      throw new RangeError(`${name}: expected ${T} × ${B} elements, got ${all.length}`);
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

/** What each loss counts: the weights given, nothing where a step is left out. */
function toWeights(given: Tensor | undefined, { flags }: StepFlags, T: number, B: number, last: boolean) {
  if (given) {
    expectShape("weights", given, last ? [B] : [T, B]);
    checkFinite("weights", given.data);
    const bad = given.data.findIndex((w) => w < 0);
    if (bad >= 0) throw new RangeError(`weights: expected numbers of at least 0, got ${given.data[bad]} at ${bad}`);
  }
  if (last) {
    return given && { data: given.data, starts: Uint32Array.from({ length: B }, (_, b) => b), stride: 0, size: 1 };
  }
  if (!given && !flags) return undefined;
  const data = Float32Array.from({ length: B * T }, (_, i) => {
    const [b, t] = [Math.floor(i / T), i % T];
    const weight = given ? given.data[t * B + b]! : 1;
    return flags && !(flags[i]! & ACTIVE) ? 0 : weight;
  });
  return { data, starts: Uint32Array.from({ length: B }, (_, b) => b * T), stride: 1, size: 1 };
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
    sequences = data;
    expectInteger("steps", data.steps, 1, 0x7fffffff);
    expectInteger("count", data.count, 1, 0x7fffffff);
    checkRows("x", data.x, data.count, data.steps, I);
    checkRows("y", data.y, data.count, last ? 1 : data.steps, targets);
  } else {
    expectShape("x", data.x, [-1, -1, I]);
    const [steps, count] = data.x.shape as [number, number, number];
    expectShape("y", data.y, last ? [count, targets] : [steps, count, targets]);
    if (steps * count === 0)
      throw new RangeError(`x: expected at least one step and one sample, got [${data.x.shape.join(", ")}]`);
    const taken = toFlags(data, steps, count);
    const weights = toWeights(data.weights, taken, steps, count, last);
    sequences = { count, steps, x: rowsOf(data.x), y: rowsOf(data.y), ...taken, weights };
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
