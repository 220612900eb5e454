import type { KernelModule } from "@sluice/kernel-wasm";
import type { NetworkShape } from "../config/shape.js";
import type { PoolJob } from "../training/executor.js";

/** The first message to a worker: everything that stays the same during a training run. The answer is `ready`. */
export interface Job extends PoolJob {
  readonly module: KernelModule;
  readonly shape: NetworkShape;
}

/** A worker's share of one update: shards [from, to) of the batch that starts at sample `first`. The answer is the buffer. */
export interface Task {
  readonly epoch: number;
  readonly first: number;
  readonly count: number;
  readonly from: number;
  readonly to: number;
  /** The key of the dropout masks. */
  readonly key: readonly [number, number];
  readonly buffer: ArrayBufferLike;
}

export type Answer =
  | { readonly ready: true }
  | { readonly buffer: ArrayBufferLike }
  /** The message of an error. */
  | { readonly error: string };

/**
 * The numbers that a worker gets and returns, in one buffer. It is shared between the threads if the engine allows that, else transferred.
 *
 *   sums (n) f64   Σ weight · loss of each shard
 *   parameters (total) f32   for the worker
 *   gradients (n, total) f32   of each shard
 */
export class Exchange {
  readonly sums: Float64Array;
  readonly parameters: Float32Array;
  readonly gradients: readonly Float32Array[];

  /** Views of `buffer` for n shards of a network with `total` parameters. */
  constructor(
    readonly buffer: ArrayBufferLike,
    n: number,
    total: number,
  ) {
    this.sums = new Float64Array(buffer, 0, n);
    const floats = (i: number) => new Float32Array(buffer, n * 8 + i * total * 4, total);
    this.parameters = floats(0);
    this.gradients = Array.from({ length: n }, (_, i) => floats(1 + i));
  }

  static bytes(n: number, total: number): number {
    return n * 8 + (1 + n) * total * 4;
  }

  /** Allocates shared memory if possible: in a page only if it is cross-origin isolated. */
  static allocate(bytes: number): ArrayBufferLike {
    const shared = typeof SharedArrayBuffer !== "undefined" && globalThis.crossOriginIsolated !== false;
    return shared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes);
  }

  /** The list of buffers to transfer with a message that contains `buffer`. */
  static transfer(buffer: ArrayBufferLike): ArrayBuffer[] {
    return buffer instanceof ArrayBuffer ? [buffer] : [];
  }
}
