import type { Block } from "@sluice/kernel-wasm";
import type { Network } from "../network/network.js";
import { streamRow } from "../passes/inference.js";
import { expectFinite, expectShape, type Tensor, type TensorLike, toTensor } from "../tensors/tensor.js";

/**
 * Kernel memory for a stream's step: x (I), y (O) and, for several layers or no head, hidden (H).
 * @internal
 */
export type StreamBlocks = Readonly<Record<"x" | "y" | "hidden", Block>>;

/**
 * The stream whose state is in the kernel; all streams of a network share this object.
 * @internal
 */
export interface ActiveStream {
  stream: Stream | undefined;
}

/**
 * Computes one step at a time and keeps the state. A network can have any number of streams.
 * The outputs have the same bits as a forward pass over the same steps.
 */
export class Stream {
  /** Throws if the network was disposed. */
  readonly #live: () => Network;
  readonly #io: StreamBlocks;
  readonly #active: ActiveStream;
  #state: Float32Array;

  /** @internal */
  constructor(live: () => Network, io: StreamBlocks, active: ActiveStream, state: Float32Array) {
    this.#live = live;
    this.#io = io;
    this.#active = active;
    this.#state = state;
  }

  /**
   * Computes one step: returns the outputs (O), or the new state (H) without a head.
   * @throws RangeError for another number of inputs than I, or inputs that are not finite; the state is then unchanged.
   */
  step(inputs: ArrayLike<number>): Float32Array {
    const network = this.#live();
    const { kernel, shape } = network;
    if (inputs.length !== shape.inputSize)
      throw new RangeError(`step: expected ${shape.inputSize} inputs, got ${inputs.length}`);
    this.#activate();
    const { x, y, hidden } = this.#io;
    const row = kernel.floats(x);
    row.set(inputs);
    for (let i = 0; i < row.length; i++) if (!Number.isFinite(row[i])) expectFinite("step", row);
    const hasHead = shape.outputSize > 0;
    network.steps(x, y, hasHead && shape.layers === 1 ? undefined : hidden, 1);
    return kernel.floats(hasHead ? y : hidden).slice();
  }

  /**
   * Computes the steps of x (T,I), with the same bits as T calls of `step`: returns the outputs (T,O), or the states (T,H) without a head.
   * @throws RangeError for another shape, or numbers that are not finite; the state is then unchanged.
   */
  steps(given: TensorLike): Tensor {
    const network = this.#live();
    const x = toTensor("x", given);
    const { inputSize: I, hiddenSize: H, outputSize: O } = network.shape;
    expectShape("x", x, [-1, I]);
    expectFinite("x", x.data);
    this.#activate();
    const T = x.shape[0]!;
    const rows = { data: x.data, starts: Uint32Array.of(0), stride: I, size: I };
    const { outputs, features } = network.borrow(() => streamRow(network, rows, T, O === 0));
    return O > 0 ? { data: outputs, shape: [T, O] } : { data: features, shape: [T, H] };
  }

  /** A copy of the state: (H), or (L · H) for several layers. */
  get state(): Float32Array {
    this.#live();
    if (this.#active.stream === this) this.#save();
    return this.#state.slice();
  }

  /** Creates an independent stream that starts from the current state. */
  fork(): Stream {
    return new Stream(this.#live, this.#io, this.#active, this.state);
  }

  /** @internal Saves the state, so that another pass can use the stream's buffers in the kernel. */
  release(): void {
    this.#save();
    this.#active.stream = undefined;
  }

  /** Loads this stream's state into the kernel, after saving that of the active one. */
  #activate(): void {
    if (this.#active.stream === this) return;
    this.#active.stream?.release();
    this.#live().setStreamState(this.#state);
    this.#active.stream = this;
  }

  #save(): void {
    this.#state = this.#live().streamState();
  }
}
