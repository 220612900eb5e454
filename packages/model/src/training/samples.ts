import type { Block } from "@sluice/kernel-wasm";
import { Random } from "@sluice/kernel-wasm/math";
import type { Network } from "../network/network.js";
import { type PlacedSequences, place } from "../network/placement.js";
import type { Sequences, StridedRows } from "../sequences.js";

/** What is trained on, and in which order. */
export interface TrainingSet {
  readonly data: Sequences;
  /** The state before the first step of each sample; zero where absent. */
  readonly states: StridedRows | undefined;
  readonly seed: number;
  readonly shuffle: boolean;
}

/** The generator's stream of an epoch's order; stream 0 draws the initial weights. */
const orderStream = (epoch: number) => 1 + epoch;

/** A training set in kernel memory, its samples in the order of an epoch. */
export class Samples {
  readonly placed: PlacedSequences;
  readonly #network: Network;
  readonly #set: TrainingSet;
  /** Of each sample, in the order of the data. */
  readonly #weightSums: Float64Array | undefined;
  #epoch = -1;

  constructor(network: Network, set: TrainingSet) {
    this.#network = network;
    this.#set = set;
    this.placed = place(network, set.data, set.states);
    this.#weightSums = this.placed.weightSums?.slice();
  }

  /** Lays the samples in an epoch's order, where they are in another. */
  lay(epoch: number): void {
    const { data, states, seed, shuffle } = this.#set;
    if (!shuffle || epoch === this.#epoch) return; // placed in their own order
    this.#epoch = epoch;
    const order = Uint32Array.from({ length: data.count }, (_, i) => i);
    new Random(seed, orderStream(epoch)).shuffle(order);
    const { kernel } = this.#network;
    const lay = (to: Block, from: (sample: number) => number) => {
      const placed = kernel.integers(to);
      for (let i = 0; i < data.count; i++) placed[i] = from(order[i]!);
    };
    const { placed } = this;
    lay(placed.x.starts, (s) => data.x.starts[s]!);
    lay(placed.y.starts, (s) => data.y.starts[s]!);
    if (placed.states) lay(placed.states.starts, (s) => states!.starts[s]!);
    if (placed.weights) lay(placed.weights.starts, (s) => data.weights!.starts[s]!);
    if (placed.flags) lay(placed.flags.starts, (s) => s * data.steps);
    if (placed.lengths) lay(placed.lengths, (s) => data.lengths?.[s] ?? data.steps);
    order.forEach((s, i) => {
      if (placed.weightSums) placed.weightSums[i] = this.#weightSums![s]!;
    });
  }
}
