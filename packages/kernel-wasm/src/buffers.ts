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

/** The buffers of one layer and its head, for shards of at most `panels` panels and `steps` steps. */
export interface GruBuffers {
  /** (K, 3 Hp) */
  readonly weights: Block;
  /** (1 + H, Op) */
  readonly head: Block;
  readonly packed: Block;
  readonly headPacked: Block;
  /** (T + 1, P, I + biases + Hp, 8) */
  readonly inputs: Block;
  /** (T, P, 4 Hp, 8) */
  readonly gates: Block;
  /** (T, P, Op, 8), or (T, P, Hp, 8) without a head */
  readonly outputs: Block;
}

/** What the backward pass needs beside `GruBuffers`. */
export interface GruGradients {
  readonly transposed: Block;
  readonly headTransposed: Block;
  /** (P, Hp, 8) */
  readonly dState: Block;
  /** See `scratchPanel` of the layout. */
  readonly scratch: Block;
  /** As `weights`, and as `head`. */
  readonly weights: Block;
  readonly head: Block;
}

/** The buffers of a stream: parameters as `gruSteps` reads them, the state, and scratch. */
export interface StreamBuffers {
  /** As many as `weights`, and as `head`. */
  readonly packed: Block;
  readonly headPacked: Block;
  readonly vector: Block;
  readonly gates: Block;
  readonly output: Block;
}

export function panelsOf(shard: Shard): number {
  return Math.ceil(shard.count / PANEL);
}
