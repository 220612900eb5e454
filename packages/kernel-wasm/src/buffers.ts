import type { Block } from "./arena.js";
import { PANEL } from "./layout.js";

/** Samples by offset: sample s at step t has its features at source[starts[s] + t · stride + i]. */
export interface Rows {
  readonly source: Block;
  readonly starts: Block;
  readonly stride: number;
  readonly size: number;
}

/** `count` samples from `first` on in `starts`, and their panels. */
export interface Shard {
  readonly first: number;
  readonly count: number;
}

/** Panels somewhere in kernel memory: that of step t, panel p begins at byte at + t · step + p · panel. */
export interface Panels {
  readonly at: number;
  readonly step: number;
  readonly panel: number;
}

/** Parameters of a layer, (K, 3 Hp), and packed for products. */
export interface LayerWeights {
  readonly weights: Block;
  readonly packed: Block;
}

/** What a layer's pass forward leaves, for shards of at most P panels and T steps. */
export interface LayerActivations {
  /** (T + 1, P, I + biases + Hp, 8) */
  readonly inputs: Block;
  /** (T, P, 4 Hp, 8) */
  readonly gates: Block;
  /** Where rows of the batch go their own ways. */
  readonly own?: OwnStates | undefined;
}

/** States apart from the inputs. */
export interface OwnStates {
  /** (T + 1, P, 1 + Hp, 8) */
  readonly states: Block;
  /** (T, P, 16), see `layMasks`; absent where every row takes every step. */
  readonly masks?: Block | undefined;
  /** (P, Hp, 8), what the products see of h; absent for all of it. */
  readonly factors?: Block | undefined;
  /** (Hp, 8), scratch. */
  readonly kept: Block;
}

/** What a layer's pass backward needs. */
export interface LayerGradients {
  readonly transposed: Block;
  /** Absent where nobody asks for the gradient by x. */
  readonly inputTransposed?: Block | undefined;
  /** (P, Hp, 8) */
  readonly dState: Block;
  /** See `scratchPanel` of the layout. */
  readonly scratch: Block;
  /** As `weights`. */
  readonly weights: Block;
}

/** Parameters of a head, (1 + F, Op), and packed. */
export interface HeadWeights {
  readonly weights: Block;
  readonly packed: Block;
}

/** The buffers of a stream's layer: parameters as `gruSteps` reads them, the state, and scratch. */
export interface StreamBuffers {
  /** As many as `weights`, and as the head's. */
  readonly packed: Block;
  readonly headPacked: Block;
  readonly vector: Block;
  readonly gates: Block;
  readonly output: Block;
}

export function panelsOf(shard: Shard): number {
  return Math.ceil(shard.count / PANEL);
}
