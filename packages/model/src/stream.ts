import type { Block } from "@sluice/kernel-wasm";
import type { Network } from "./network/network.js";
import { streamRow } from "./passes/inference.js";
import { checkFinite } from "./sequences.js";
import { expectShape, type Tensor } from "./tensor.js";

/** x (I), y (O) and, for several layers or none of a head, hidden (H). */
export type StreamBlocks = Readonly<Record<"x" | "y" | "hidden", Block>>;

/**
 * A network that takes one step at a time and keeps its state. A model has any number of streams;
 * a stream has the bits of the forward pass over the same steps.
 */
export class Stream {
  readonly #network: Network;
  readonly #io: StreamBlocks;
  readonly #turn: { stream: Stream | undefined };
  #state: Float32Array;

  /** @internal `turn` is shared by all streams of a network: whose state the kernel holds. */
  constructor(network: Network, io: StreamBlocks, turn: { stream: Stream | undefined }, state: Float32Array) {
    this.#network = network;
    this.#io = io;
    this.#turn = turn;
    this.#state = state;
  }

  /**
   * One step: inputs (I) to outputs (O), or to the new state (H) where the network has no head.
   * @throws RangeError for another number of inputs, or one that is not finite: the state stays as it was.
   */
  step(inputs: ArrayLike<number>): Float32Array {
    const { kernel, shape } = this.#network;
    if (inputs.length !== shape.inputSize)
      throw new RangeError(`step: expected ${shape.inputSize} inputs, got ${inputs.length}`);
    this.#take();
    const { x, y, hidden } = this.#io;
    const row = kernel.floats(x);
    row.set(inputs);
    for (let i = 0; i < row.length; i++) if (!Number.isFinite(row[i])) checkFinite("step", row);
    const headed = shape.outputSize > 0;
    this.#network.steps(x, y, headed && shape.layers === 1 ? undefined : hidden, 1);
    return kernel.floats(headed ? y : hidden).slice();
  }

  /**
   * A block of steps, with the bits of as many single ones: x (T,I) to outputs (T,O), or to states (T,H) where the network has no head.
   * @throws RangeError for another shape, or a number that is not finite: the state stays as it was.
   */
  steps(x: Tensor): Tensor {
    const network = this.#network;
    const { inputSize: I, hiddenSize: H, outputSize: O } = network.shape;
    expectShape("x", x, [-1, I]);
    checkFinite("x", x.data);
    this.#take();
    const T = x.shape[0]!;
    const rows = { data: x.data, starts: Uint32Array.of(0), stride: I, size: I };
    const { outputs, features } = network.borrow(() => streamRow(network, rows, T, O === 0));
    return O > 0 ? { data: outputs, shape: [T, O] } : { data: features, shape: [T, H] };
  }

  /** A copy of the state: (H), or (L · H) of several layers. */
  get state(): Float32Array {
    if (this.#turn.stream === this) this.#save();
    return this.#state.slice();
  }

  /** Another stream that goes on from here by itself. */
  fork(): Stream {
    return new Stream(this.#network, this.#io, this.#turn, this.state);
  }

  /** @internal Takes the state out of the kernel, whose place another pass needs. */
  release(): void {
    this.#save();
    this.#turn.stream = undefined;
  }

  /** Brings this stream's state into the kernel, and the former one's out of it. */
  #take(): void {
    if (this.#turn.stream === this) return;
    this.#turn.stream?.release();
    this.#network.setStreamState(this.#state);
    this.#turn.stream = this;
  }

  #save(): void {
    this.#state = this.#network.streamState();
  }
}
