import {
  type Block,
  gruSteps,
  type HeadShape,
  headLayout,
  Kernel,
  type KernelSource,
  type LayerGradients,
  type LayerShape,
  type LayerWeights,
  layerLayout,
  packHead,
  packHeadBackward,
  packLayer,
  packLayerBackward,
  packSteps,
  type Rows,
  type StreamBuffers,
} from "@sluice/kernel-wasm";
import { type NetworkShape, type ParameterLayout, parameterLayout } from "../config/shape.js";
import { networkPlan, SHARD, trackPlan } from "./memory-plan.js";

/** One layer of a stream; only the last has a head. */
interface StreamLayer {
  readonly shape: LayerShape;
  readonly headShape: HeadShape;
  readonly weights: LayerWeights;
  readonly buffers: StreamBuffers;
}

/** Buffers for the transposed weights of a backward pass. */
interface Transposes {
  readonly headTransposed: Block;
  readonly tracks: readonly LayerGradients[];
}

/** Layers and head in the memory of one kernel: the parameters, and copies packed for passes and streams. */
export class Network {
  readonly layout: ParameterLayout;
  /** See `ParameterLayout`. */
  readonly parameters: Block;
  /** The optimizer's moments, laid out as `parameters`. */
  readonly moments: readonly [Block, Block];
  readonly weights: readonly LayerWeights[];
  readonly head: LayerWeights;
  readonly #streams: readonly StreamLayer[];
  /** The initial states among the parameters, if they are learned. */
  readonly learnedState: Rows | undefined;
  #packed = false;
  #streamPacked = false;

  private constructor(
    readonly kernel: Kernel,
    readonly shape: NetworkShape,
  ) {
    this.layout = parameterLayout(shape);
    const b = kernel.arena.allocate(networkPlan(shape));
    this.parameters = b.parameters;
    this.moments = [b.firstMoment, b.secondMoment];
    const tracks = this.layout.tracks.map((track) => kernel.arena.allocate(trackPlan(track)));
    this.weights = tracks.map(({ packed }, i) => ({ packed, weights: this.trackPart(b.parameters, i) }));
    this.head = { packed: b.headPacked, weights: this.headPart(b.parameters) };
    this.#streams = this.layout.tracks.map(({ shape: own }, i) => ({
      shape: own,
      headShape: i + 1 < tracks.length ? { features: own.hiddenSize, outputSize: 0 } : this.layout.head,
      weights: this.weights[i]!,
      buffers: {
        packed: tracks[i]!.streamPacked,
        headPacked: b.streamHead,
        vector: tracks[i]!.streamVector,
        gates: tracks[i]!.streamGates,
        output: b.streamOutput,
      },
    }));
    if (shape.learnInitialState) {
      const { starts } = kernel.arena.allocate({ starts: SHARD });
      const { units, stateStart } = this.layout;
      const source = part(b.parameters, stateStart, units * this.layout.tracks.length);
      this.learnedState = { source, starts, stride: units, size: shape.hiddenSize };
    }
  }

  static async create(shape: NetworkShape, source?: KernelSource): Promise<Network> {
    return new Network(await Kernel.create(source), shape);
  }

  /** Call after writing parameters: packed copies are renewed on next use. */
  parametersChanged(): void {
    this.#packed = false;
    this.#streamPacked = false;
  }

  /** Runs `use` and releases the kernel memory that it allocates. */
  borrow<T>(use: () => T): T {
    const top = this.kernel.arena.top;
    try {
      return use();
    } finally {
      this.kernel.arena.release(top);
    }
  }

  /** Packs the weights if they changed; a backward pass also needs their transposes. */
  pack(training?: Transposes): void {
    const { kernel } = this;
    const { tracks, head } = this.layout;
    if (!this.#packed) {
      for (const { shape, index } of tracks) packLayer(kernel, shape, this.weights[index]!);
      if (head.outputSize > 0) packHead(kernel, head, this.head);
    }
    this.#packed = true;
    if (!training) return;
    for (const { shape, index } of tracks)
      packLayerBackward(kernel, shape, this.weights[index]!, training.tracks[index]!);
    if (head.outputSize > 0) packHeadBackward(kernel, head, this.head, training.headTransposed);
  }

  /** Sets the state of the stream in the kernel: `state` (L, H), or zero. */
  setStreamState(state?: ArrayLike<number>): void {
    const { hiddenSize: H } = this.shape;
    this.layout.tracks.forEach(({ shape: { inputSize: I }, shape }, i) => {
      const vector = this.kernel.floats(this.#streams[i]!.buffers.vector);
      const stateStart = I + layerLayout(shape).biases;
      vector.fill(1, I, stateStart).fill(0, stateStart);
      for (let j = 0; state && j < H; j++) vector[stateStart + j] = state[i * H + j]!;
    });
  }

  /** The initial state (L, H) if none is given: learned, or zero. */
  initialState(): Float32Array {
    const { hiddenSize: H } = this.shape;
    const { tracks, units, stateStart } = this.layout;
    const state = new Float32Array(tracks.length * H);
    if (!this.learnedState) return state;
    const learned = this.kernel.floats(part(this.parameters, stateStart, tracks.length * units));
    tracks.forEach((_, i) => {
      state.set(learned.subarray(i * units, i * units + H), i * H);
    });
    return state;
  }

  /** Computes `count` steps of the stream: x (count,I) to y (count,O) and hidden (count,H), which is optional for one layer. */
  steps(x: Block, y: Block, hidden: Block | undefined, count: number): void {
    const { kernel } = this;
    if (!this.#streamPacked) {
      for (const { shape, headShape, weights, buffers } of this.#streams)
        packSteps(kernel, shape, headShape, weights, this.head, buffers);
    }
    this.#streamPacked = true;
    let inputs = x;
    for (const { shape, headShape, buffers } of this.#streams) {
      gruSteps(kernel, shape, headShape, buffers, inputs, y, hidden, count);
      if (hidden) inputs = hidden;
    }
  }

  /** A copy of the state (L, H) of the stream in the kernel. */
  streamState(): Float32Array {
    const { hiddenSize: H } = this.shape;
    const state = new Float32Array(this.layout.tracks.length * H);
    this.layout.tracks.forEach(({ shape }, i) => {
      const at = shape.inputSize + layerLayout(shape).biases;
      state.set(this.kernel.floats(this.#streams[i]!.buffers.vector).subarray(at, at + H), i * H);
    });
    return state;
  }

  trackPart(block: Block, index: number): Block {
    const { start, shape } = this.layout.tracks[index]!;
    return part(block, start, layerLayout(shape).weights);
  }

  headPart(block: Block): Block {
    return part(block, this.layout.headStart, headLayout(this.layout.head).weights);
  }
}

/** `length` elements of a block, starting at element `start`. */
export function part({ offset }: Block, start: number, length: number): Block {
  return { offset: offset + start * 4, length };
}
