import { expectInteger, type GruConfig } from "./config.js";
import { expectShape, type Tensor } from "./tensor.js";

/** Rows of features, found by offset: sample s at step t has its features at data[starts[s] + t · stride + i], i < size. */
export interface StridedRows {
  readonly data: Float32Array;
  readonly starts: Uint32Array;
  readonly stride: number;
  readonly size: number;
}

/** Samples of `steps` steps each, as offsets into flat arrays, so that windows over a series need no copies. */
export interface Sequences {
  readonly count: number;
  readonly steps: number;
  readonly x: StridedRows;
  readonly y: StridedRows;
}

/** Inputs (T,B,I) and targets (T,B,O), or samples by offset. */
export type TrainingData = { readonly x: Tensor; readonly y: Tensor } | Sequences;

/** The features of a target: the head's outputs or, without a head, the states. */
export function targetSize(config: Pick<GruConfig, "outputSize" | "hiddenSize">): number {
  return config.outputSize > 0 ? config.outputSize : config.hiddenSize;
}

function rowsOf({ data, shape }: Tensor): StridedRows {
  const [, B, size] = shape as [number, number, number];
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

/**
 * The data as samples by offset.
 * @throws RangeError for other shapes than the config's, no samples, no steps, or numbers that are not finite.
 */
export function toSequences(
  data: TrainingData,
  config: Pick<GruConfig, "inputSize" | "outputSize" | "hiddenSize">,
): Sequences {
  const { inputSize: I } = config;
  const O = targetSize(config);
  let sequences: Sequences;
  if ("count" in data) {
    sequences = data;
    expectInteger("steps", data.steps, 1, 0x7fffffff);
    expectInteger("count", data.count, 1, 0x7fffffff);
    checkRows("x", data.x, data.count, data.steps, I);
    checkRows("y", data.y, data.count, data.steps, O);
  } else {
    expectShape("x", data.x, [-1, -1, I]);
    const [steps, count] = data.x.shape as [number, number, number];
    expectShape("y", data.y, [steps, count, O]);
    if (steps * count === 0)
      throw new RangeError(`x: expected at least one step and one sample, got [${data.x.shape.join(", ")}]`);
    sequences = { count, steps, x: rowsOf(data.x), y: rowsOf(data.y) };
  }
  checkFinite("x", sequences.x.data);
  checkFinite("y", sequences.y.data);
  return sequences;
}

/** @throws RangeError for a memoryless cell, which takes no state. */
export function refuseMemoryless(cell: GruConfig["cell"]): void {
  if (cell !== "memoryless") return;
  throw new RangeError("initial state: expected none, as a memoryless cell forgets its state on every step, got one");
}

/** Initial states (1,B,H) as one step of rows. */
export function stateRows(
  state: Tensor,
  { cell, hiddenSize: H }: Pick<GruConfig, "cell" | "hiddenSize">,
  B: number,
): StridedRows {
  refuseMemoryless(cell);
  expectShape("initialState", state, [1, B, H]);
  checkFinite("initialState", state.data);
  return { data: state.data, starts: Uint32Array.from({ length: B }, (_, b) => b * H), stride: 0, size: H };
}
