import type { Block, Rows } from "@sluice/kernel-wasm";
import { Random } from "@sluice/kernel-wasm/math";
import type { Network } from "../../network/network.js";
import { type PlacedSequences, place } from "../../network/placement.js";
import type { Sequences, StridedRows } from "../../tensors/sequences.js";

/** Training data and how they are shuffled. */
export interface TrainingSet {
  readonly data: Sequences;
  /** The state before the first step of each sample; learned or zero if absent. */
  readonly states: StridedRows | undefined;
  readonly seed: number;
  readonly shuffle: boolean;
}

/** The random stream that shuffles an epoch; stream 0 draws the initial weights. */
const shuffleStream = (epoch: number) => 1 + epoch;

/** A training set in kernel memory, its samples in the order of an epoch. */
export class Samples {
  readonly placed: PlacedSequences;
  readonly #network: Network;
  readonly #set: TrainingSet;
  /** One per sample, in the order of the data. */
  readonly #weightSums: Float64Array | undefined;
  #epoch = -1;

  constructor(network: Network, set: TrainingSet) {
    this.#network = network;
    this.#set = set;
    this.placed = place(network, set.data, set.states);
    this.#weightSums = this.placed.weightSums?.slice();
  }

  /** The set with copies of its numbers, for other threads; the caller may have written into its own. */
  copies(): TrainingSet {
    const { data, states } = this.#set;
    const { x, y, weights, states: placedStates } = this.placed;
    const copy = (rows: StridedRows, { source }: Rows) => ({
      ...rows,
      data: this.#network.kernel.floats(source).slice(),
    });
    return {
      ...this.#set,
      data: {
        ...data,
        x: copy(data.x, x),
        y: copy(data.y, y),
        weights: data.weights && weights && copy(data.weights, weights),
      },
      states: states && placedStates && copy(states, placedStates),
    };
  }

  /** Puts the samples into the order of an epoch; without shuffling, that of the data. */
  setEpoch(epoch: number): void {
    const { data, states, seed, shuffle } = this.#set;
    if (!shuffle || epoch === this.#epoch) return;
    this.#epoch = epoch;
    const order = Uint32Array.from({ length: data.count }, (_, i) => i);
    new Random(seed, shuffleStream(epoch)).shuffle(order);
    const { kernel } = this.#network;
    const write = (block: Block, value: (sample: number) => number) => {
      const values = kernel.integers(block);
      for (let i = 0; i < data.count; i++) values[i] = value(order[i]!);
    };
    const { placed } = this;
    write(placed.x.starts, (s) => data.x.starts[s]!);
    write(placed.y.starts, (s) => data.y.starts[s]!);
    if (placed.states) write(placed.states.starts, (s) => states!.starts[s]!);
    if (placed.weights) write(placed.weights.starts, (s) => data.weights!.starts[s]!);
    if (placed.flags) write(placed.flags.starts, (s) => s * data.steps);
    if (placed.lengths) write(placed.lengths, (s) => data.lengths?.[s] ?? data.steps);
    order.forEach((s, i) => {
      if (placed.weightSums) placed.weightSums[i] = this.#weightSums![s]!;
    });
  }
}
