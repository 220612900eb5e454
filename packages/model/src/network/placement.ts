import type { Block, Flags, Rows } from "@sluice/kernel-wasm";
import type { Sequences, StridedRows } from "../sequences.js";
import { rowsPlan } from "./memory-plan.js";
import type { Network } from "./network.js";
import { gathersFeatures } from "./shape.js";

/** Inputs in kernel memory. */
export interface PlacedInputs {
  readonly x: Rows;
  /** Which steps are taken; all where absent. */
  readonly flags?: Flags | undefined;
  /** Steps of each sample, where time may run backward. */
  readonly lengths?: Block | undefined;
  /** A step of H features for each track, the state before the first step; learned or zero where absent. */
  readonly states?: Rows | undefined;
}

/** Samples in kernel memory. */
export interface PlacedSequences extends PlacedInputs {
  readonly count: number;
  readonly steps: number;
  readonly y: Rows;
  /** Of each step's loss; one where absent. */
  readonly weights?: Rows | undefined;
  /** Σ weights of each sample's steps, in the order in which the samples lie; absent where all weigh one. */
  readonly weightSums?: Float64Array | undefined;
}

/** Copies rows into kernel memory. */
export function placeRows(network: Network, { data, starts, stride, size }: StridedRows): Rows {
  const b = network.kernel.arena.allocate(rowsPlan(data.length, starts.length));
  network.kernel.floats(b.source).set(data);
  network.kernel.integers(b.starts).set(starts);
  return { ...b, stride, size };
}

/** What a pass reads that has no loss. */
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
  network.kernel.integers(b.starts).forEach((_, s, starts) => {
    starts[s] = s * steps;
  });
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

/** Σ weights over the targets of samples [first, first + count), or of some of their steps: what a batch's loss is divided by. */
export function weightOf(
  network: Network,
  data: PlacedSequences,
  first: number,
  count: number,
  window?: { readonly lossStart: number; readonly end: number },
): number {
  const { lossStart, end } = window ?? { lossStart: 0, end: network.shape.outputs === "last" ? 1 : data.steps };
  const { weights, weightSums, y } = data;
  if (!weights || !weightSums) return (end - lossStart) * count * y.size;
  let sum = 0;
  if (window) {
    const [numbers, starts] = [network.kernel.floats(weights.source), network.kernel.integers(weights.starts)];
    for (let s = first; s < first + count; s++)
      for (let t = lossStart; t < end; t++) sum += numbers[starts[s]! + t * weights.stride]!;
  } else {
    for (let s = first; s < first + count; s++) sum += weightSums[s]!;
  }
  return sum * y.size;
}

/** The same rows without their first steps. */
export function rowsFrom(rows: Rows, step: number): Rows {
  const { offset, length } = rows.source;
  const skipped = step * rows.stride;
  return { ...rows, source: { offset: offset + skipped * 4, length: length - skipped } };
}
