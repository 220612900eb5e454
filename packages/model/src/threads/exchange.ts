import type { NetworkShape } from "../network/shape.js";
import type { Loss } from "../passes/losses.js";
import type { TrainingSet } from "../training/samples.js";

/** The first message to a worker: what stays the same throughout a training run. It answers `ready`. */
export interface Job {
  readonly module: WebAssembly.Module;
  readonly shape: NetworkShape;
  readonly set: TrainingSet;
  readonly loss: Loss;
  readonly batchSize: number;
  /** Steps whose activations are in memory at once. */
  readonly segment: number;
}

/** A worker's share of one update: shards [from, to) of the batch that begins at sample `first`. It answers with the buffer. */
export interface Task {
  readonly epoch: number;
  readonly first: number;
  readonly count: number;
  readonly from: number;
  readonly to: number;
  /** What draws dropped units. */
  readonly key: readonly [number, number];
  readonly buffer: ArrayBufferLike;
}

export type Answer =
  | { readonly ready: true }
  | { readonly buffer: ArrayBufferLike }
  /** What went wrong, in words. */
  | { readonly error: string };

/**
 * Numbers that go to a worker and back in one buffer: shared between the threads where the engine has such buffers, else handed over.
 *
 *   sums (n) f64   Σ weight · loss of each shard
 *   parameters (total) f32   for the worker
 *   gradients (n, total) f32   each shard's
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

  /** Shared memory needs a page that is isolated from others; without it, the same numbers are handed over. */
  static allocate(bytes: number): ArrayBufferLike {
    const shared = typeof SharedArrayBuffer !== "undefined" && globalThis.crossOriginIsolated !== false;
    return shared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes);
  }

  /** What must be handed over with a message that holds `buffer`. */
  static transfer(buffer: ArrayBufferLike): ArrayBuffer[] {
    return buffer instanceof ArrayBuffer ? [buffer] : [];
  }
}
