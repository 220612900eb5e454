import type { Block } from "./arena.js";

/**
 * Samples by offset: feature i of sample s at step t is source[starts[s] + t · stride + i]. The kernel does not check the offsets, since that
 * would read all of them in each call: the code that writes `starts` checks that each sample ends within `source`.
 */
export interface Rows {
  readonly source: Block;
  readonly starts: Block;
  readonly stride: number;
  readonly size: number;
}

/** `count` samples of the batch, from sample `first` on. */
export interface Shard {
  readonly first: number;
  readonly count: number;
}

/** The parameters of a layer, (K, 3 Hp), and their packed copy. */
export interface LayerWeights {
  readonly weights: Block;
  readonly packed: Block;
}

/** The activations of a layer, for shards of at most P panels and T steps. */
export interface LayerActivations {
  /** (T + 1, P, I + biases + Hp, 8) */
  readonly inputs: Block;
  /** (T, P, 4 Hp, 8) */
  readonly gates: Block;
  /** Needed for masked steps, resets and recurrent dropout. */
  readonly separate?: SeparateStates | undefined;
}

/** States in a buffer separate from the inputs. */
export interface SeparateStates {
  /** (T + 1, P, 1 + Hp, 8) */
  readonly states: Block;
  /** (T, P, 16), see `writeMasks`; if absent, no step is masked or reset. */
  readonly masks?: Block | undefined;
  /** (P, Hp, 8), what h is multiplied by before the matrix products; if absent, ones. */
  readonly factors?: Block | undefined;
  /** (Hp, 8), scratch. */
  readonly kept: Block;
}

/** The buffers of a layer's backward pass. */
export interface LayerGradients {
  readonly transposed: Block;
  /** Absent if the gradient with respect to x is not needed. */
  readonly inputTransposed?: Block | undefined;
  /** (P, Hp, 8) */
  readonly dState: Block;
  /** See `scratchPanel` of the layout. */
  readonly scratch: Block;
  /** The gradient, laid out as the weights. */
  readonly weights: Block;
}

/** The parameters of a head, (1 + F, Op), and their packed copy. */
export interface HeadWeights {
  readonly weights: Block;
  readonly packed: Block;
}

/** The buffers of a stream's layer: packed parameters, the state, and scratch. */
export interface StreamBuffers {
  /** As long as the layer's weights. */
  readonly packed: Block;
  /** As long as the head's weights. */
  readonly headPacked: Block;
  readonly vector: Block;
  readonly gates: Block;
  readonly output: Block;
}
