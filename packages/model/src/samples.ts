import type { Rows } from "@sluice/kernel-wasm";
import { Random } from "@sluice/kernel-wasm/math";
import type { Network, PlacedSequences } from "./network.js";
import type { Sequences, StridedRows } from "./sequences.js";

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
  #epoch = -1;

  constructor(network: Network, set: TrainingSet) {
    this.#network = network;
    this.#set = set;
    this.placed = network.place(set.data, set.states);
  }

  /** Lays the samples in an epoch's order, where they are in another. */
  lay(epoch: number): void {
    const { data, states, seed, shuffle } = this.#set;
    if (!shuffle || epoch === this.#epoch) return; // placed in their own order
    this.#epoch = epoch;
    const order = Uint32Array.from({ length: data.count }, (_, i) => i);
    new Random(seed, orderStream(epoch)).shuffle(order);
    const lay = (rows: Rows, { starts }: StridedRows) => {
      const placed = this.#network.kernel.integers(rows.starts);
      for (let i = 0; i < data.count; i++) placed[i] = starts[order[i]!]!;
    };
    const { x, y, states: before } = this.placed;
    lay(x, data.x);
    lay(y, data.y);
    if (before) lay(before, states!);
  }
}
