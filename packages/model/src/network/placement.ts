import type { Block, Flags, Rows } from "@sluice/kernel-wasm";
import { gathersFeatures } from "../config/shape.js";
import { type Sequences, type StridedRows, startsEvery } from "../tensors/sequences.js";
import { rowsPlan } from "./memory-plan.js";
import type { Network } from "./network.js";

/** Inputs in kernel memory. */
export interface PlacedInputs {
  readonly x: Rows;
  /** Which steps are computed; all if absent. */
  readonly flags?: Flags | undefined;
  /** Steps of each sample, for networks with a reverse direction. */
  readonly lengths?: Block | undefined;
  /** The state before the first step, as a step of H features for each track; learned or zero if absent. */
  readonly states?: Rows | undefined;
}

/** Samples in kernel memory. */
export interface PlacedSequences extends PlacedInputs {
  readonly count: number;
  readonly steps: number;
  readonly y: Rows;
  /** The weight of each step's loss; 1 if absent. */
  readonly weights?: Rows | undefined;
  /** The sum of each sample's weights, in the order of the samples in memory; absent if all are 1. */
  readonly weightSums?: Float64Array | undefined;
}

/** Copies rows into kernel memory. */
export function placeRows(network: Network, { data, starts, stride, size }: StridedRows): Rows {
  const b = network.kernel.arena.allocate(rowsPlan(data.length, starts.length));
  network.kernel.floats(b.source).set(data);
  network.kernel.integers(b.starts).set(starts);
  return { ...b, stride, size };
}

/** Copies the inputs of a pass without a loss into kernel memory. */
export function placeInputs(
  network: Network,
  data: Omit<Sequences, "y" | "weights">,
  states?: StridedRows,
): PlacedInputs {
  const { count, steps, flags } = data;
  return {
    x: placeRows(network, data.x),
    flags: flags && placeFlags(network, flags, count, steps),
    lengths: gathersFeatures(network.shape) ? placeLengths(network, data) : undefined,
    states: states && placeRows(network, states),
  };
}

/** Copies samples into kernel memory. */
export function place(network: Network, data: Sequences, states?: StridedRows): PlacedSequences {
  const { count, steps, weights } = data;
  return {
    count,
    steps,
    ...placeInputs(network, data, states),
    y: placeRows(network, data.y),
    weights: weights && placeRows(network, weights),
    weightSums: weights && weightSums(weights, count, network.shape.outputs === "last" ? 1 : steps),
  };
}

function placeFlags(network: Network, flags: Uint8Array, count: number, steps: number): Flags {
  const b = network.kernel.arena.allocate({ source: Math.ceil((count * steps) / 4), starts: count });
  network.kernel.bytes(b.source).set(flags);
  network.kernel.integers(b.starts).set(startsEvery(steps, count));
  return b;
}

function placeLengths(
  network: Network,
  { lengths, count, steps }: Pick<Sequences, "lengths" | "count" | "steps">,
): Block {
  const b = network.kernel.arena.allocate({ lengths: count });
  const placed = network.kernel.integers(b.lengths).fill(steps);
  if (lengths) placed.set(lengths);
  return b.lengths;
}

function weightSums({ data, starts, stride }: StridedRows, count: number, steps: number): Float64Array {
  return Float64Array.from({ length: count }, (_, s) => {
    let sum = 0;
    for (let t = 0; t < steps; t++) sum += data[starts[s]! + t * stride]!;
    return sum;
  });
}

/** Samples [first, first + count), or the targets of steps [lossStart, end) of them. */
interface Targets {
  readonly first: number;
  readonly count: number;
  readonly window?: { readonly lossStart: number; readonly end: number } | undefined;
}

/** The divisor of a batch's loss: the sum of the weights of its targets. */
export function weightOf(network: Network, data: PlacedSequences, { first, count, window }: Targets): number {
  const { lossStart, end } = window ?? { lossStart: 0, end: network.shape.outputs === "last" ? 1 : data.steps };
  const { weights, weightSums, y } = data;
  if (!weights || !weightSums) return (end - lossStart) * count * y.size;
  let sum = 0;
  if (window) {
    const [values, starts] = [network.kernel.floats(weights.source), network.kernel.integers(weights.starts)];
    for (let s = first; s < first + count; s++)
      for (let t = lossStart; t < end; t++) sum += values[starts[s]! + t * weights.stride]!;
  } else {
    for (let s = first; s < first + count; s++) sum += weightSums[s]!;
  }
  return sum * y.size;
}

/** The rows from step `step` on. */
export function rowsFrom(rows: Rows, step: number): Rows {
  const { offset, length } = rows.source;
  const start = step * rows.stride;
  return { ...rows, source: { offset: offset + start * 4, length: length - start } };
}
