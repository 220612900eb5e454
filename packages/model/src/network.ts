import {
  addInto,
  type Block,
  type GruBuffers,
  type GruGradients,
  type GruLayout,
  type GruShape,
  gatherInputs,
  gruBackward,
  gruForward,
  gruLayout,
  gruSteps,
  headForward,
  Kernel,
  type KernelSource,
  mse,
  PANEL,
  packBackward,
  packForward,
  packSteps,
  panelsOf,
  type Rows,
  type Shard,
  type StreamBuffers,
  scatter,
  setState,
} from "@sluice/kernel-wasm";
import type { Sequences, StridedRows } from "./sequences.js";

/**
 * Rows of the batch that go through the network together. Gradients are summed within a shard, then shard by
 * shard in order; the number depends on nothing, so neither do the bits.
 */
const SHARD = 32;
/** Steps that inference keeps in memory at once. */
const CHUNK = 64;
/** The same for a single row. */
const ROW_CHUNK = 4096;

export interface PlacedSequences {
  readonly count: number;
  readonly steps: number;
  readonly x: Rows;
  readonly y: Rows;
}

/** The layer and its head in the memory of one kernel: parameters, gradients, and passes over shards of a batch. */
export class Network {
  readonly layout: GruLayout;
  /** weights (K, 3 Hp), then head (1 + H, Op). */
  readonly parameters: Block;
  readonly gradient: Block;
  readonly velocity: Block;
  readonly #stream: StreamBuffers;
  readonly #packs: Pick<GruBuffers, "weights" | "head" | "packed" | "headPacked">;
  readonly #backward: Pick<GruGradients, "transposed" | "headTransposed">;
  readonly #shardGradient: Block;
  #packed = false;
  #streamPacked = false;

  private constructor(
    readonly kernel: Kernel,
    readonly shape: GruShape,
  ) {
    const l = gruLayout(shape);
    this.layout = l;
    const total = l.weights + l.head;
    const b = kernel.arena.allocate({
      parameters: total,
      gradient: total,
      velocity: total,
      shardGradient: total,
      packed: l.weights,
      headPacked: l.head,
      transposed: l.transposed,
      headTransposed: l.headTransposed,
      streamPacked: l.weights,
      streamHead: l.head,
      vector: l.vector,
      gates: l.gates,
      output: l.outputs,
    });
    this.parameters = b.parameters;
    this.gradient = b.gradient;
    this.velocity = b.velocity;
    this.#shardGradient = b.shardGradient;
    const own = this.#split(b.parameters);
    this.#packs = { ...own, packed: b.packed, headPacked: b.headPacked };
    this.#backward = { transposed: b.transposed, headTransposed: b.headTransposed };
    this.#stream = {
      packed: b.streamPacked,
      headPacked: b.streamHead,
      vector: b.vector,
      gates: b.gates,
      output: b.output,
    };
  }

  static async create(shape: GruShape, source?: KernelSource): Promise<Network> {
    return new Network(await Kernel.create(source), shape);
  }

  /** The parameters were written: packed copies of them are stale. */
  changed(): void {
    this.#packed = false;
    this.#streamPacked = false;
  }

  /** Runs `use` on memory that is taken back after it. */
  borrow<T>(use: () => T): T {
    const top = this.kernel.arena.top;
    try {
      return use();
    } finally {
      this.kernel.arena.release(top);
    }
  }

  /** Copies rows into kernel memory. */
  placeRows({ data, starts, stride, size }: StridedRows): Rows {
    const b = this.kernel.arena.allocate({ source: data.length, starts: starts.length });
    this.kernel.floats(b.source).set(data);
    this.kernel.integers(b.starts).set(starts);
    return { ...b, stride, size };
  }

  place({ count, steps, x, y }: Sequences): PlacedSequences {
    return { count, steps, x: this.placeRows(x), y: this.placeRows(y) };
  }

  /** Memory for shards of a batch of `count` rows over `steps` steps, forward and, if asked, backward. */
  workspace(count: number, steps: number, backward: boolean): GruBuffers & { readonly gradients?: GruGradients } {
    const l = this.layout;
    const panels = Math.ceil(Math.min(count, SHARD) / PANEL);
    const forward = this.kernel.arena.allocate({
      inputs: (steps + 1) * panels * l.inputPanel,
      gates: steps * panels * l.gatePanel,
      outputs: steps * panels * l.outputPanel,
    });
    const buffers = { ...this.#packs, ...forward };
    if (!backward) return buffers;
    const own = this.kernel.arena.allocate({ dState: panels * l.statePanel, scratch: panels * l.scratchPanel });
    return { ...buffers, gradients: { ...this.#backward, ...own, ...this.#split(this.#shardGradient) } };
  }

  /**
   * The mean squared error of samples [first, first + count), their states from `states` or zero.
   * Where the workspace has gradients, adds those of the mean into `gradient`.
   */
  meanSquaredError(
    work: GruBuffers & { readonly gradients?: GruGradients },
    data: PlacedSequences,
    first: number,
    count: number,
    states?: Rows,
  ): number {
    const { kernel, shape } = this;
    const { steps } = data;
    const elements = steps * count * data.y.size;
    const scale = Math.fround(2 / elements);
    this.#pack(work.gradients);
    let sum = 0;
    for (const shard of shards(first, count)) {
      gatherInputs(kernel, shape, work, data.x, shard, steps);
      setState(kernel, shape, work, shard, states);
      gruForward(kernel, shape, work, shard, 0, steps);
      if (shape.outputSize > 0) headForward(kernel, shape, work, shard, steps);
      sum += mse(kernel, shape, work, data.y, shard, steps, scale);
      if (work.gradients) this.#backwardShard(work, work.gradients, shard, steps);
    }
    return sum / elements;
  }

  #backwardShard(work: GruBuffers, gradients: GruGradients, shard: Shard, steps: number): void {
    const { kernel, shape, layout: l } = this;
    kernel.floats(gradients.dState).fill(0, 0, panelsOf(shard) * l.statePanel);
    gruBackward(kernel, shape, work, gradients, shard, 0, steps);
    addInto(kernel, this.gradient, this.#shardGradient, this.gradient.length);
    kernel.floats(this.#shardGradient).fill(0);
  }

  /**
   * Inference over a batch: calls `emit` with the outputs (steps, B, O) and states (steps, B, H) of each run of steps,
   * as views that hold until the next.
   */
  run(
    x: StridedRows,
    steps: number,
    states: StridedRows | undefined,
    emit: (first: number, outputs: Float32Array, hidden: Float32Array) => void,
  ): void {
    if (x.starts.length === 1) this.#runRow(x, steps, states, emit);
    else this.#runBatch(x, steps, states, emit);
  }

  #runBatch(
    x: StridedRows,
    steps: number,
    states: StridedRows | undefined,
    emit: (first: number, outputs: Float32Array, hidden: Float32Array) => void,
  ): void {
    this.borrow(() => {
      const { kernel, shape } = this;
      const { hiddenSize: H, outputSize: O } = shape;
      const B = x.starts.length;
      const chunk = Math.min(CHUNK, steps);
      this.#pack();
      const source = this.placeRows(x);
      const work = this.workspace(B, chunk, false);
      const out = kernel.arena.allocate({ outputs: chunk * B * O, hidden: chunk * B * H, starts: B });
      kernel.integers(out.starts).set(Uint32Array.from({ length: B }, (_, b) => b * H));
      let before = states && this.placeRows(states);
      for (let t = 0; t < steps; t += chunk) {
        const n = Math.min(chunk, steps - t);
        const from = {
          ...source,
          source: { ...source.source, offset: source.source.offset + t * x.stride * 4 },
        };
        for (const shard of shards(0, B)) {
          gatherInputs(kernel, shape, work, from, shard, n);
          setState(kernel, shape, work, shard, before);
          gruForward(kernel, shape, work, shard, 0, n);
          if (O > 0) headForward(kernel, shape, work, shard, n);
          const outputs = O > 0 ? { outputs: out.outputs } : {};
          scatter(kernel, shape, work, shard, n, {
            batch: B,
            row: shard.first,
            ...outputs,
            hidden: out.hidden,
          });
        }
        emit(t, kernel.floats(out.outputs).subarray(0, n * B * O), kernel.floats(out.hidden).subarray(0, n * B * H));
        const last = { offset: out.hidden.offset + (n - 1) * B * H * 4, length: B * H };
        before = { source: last, starts: out.starts, stride: 0, size: H };
      }
    });
  }

  /** A batch of one row, lanes over units: the same bits, without seven idle rows. */
  #runRow(
    { data, starts, stride, size }: StridedRows,
    steps: number,
    states: StridedRows | undefined,
    emit: (first: number, outputs: Float32Array, hidden: Float32Array) => void,
  ): void {
    this.borrow(() => {
      const { kernel, shape } = this;
      const chunk = Math.min(ROW_CHUNK, steps);
      const b = kernel.arena.allocate({
        x: chunk * size,
        y: chunk * shape.outputSize,
        hidden: chunk * shape.hiddenSize,
      });
      this.setStreamState(states?.data.subarray(states.starts[0], states.starts[0]! + states.size));
      for (let t = 0; t < steps; t += chunk) {
        const n = Math.min(chunk, steps - t);
        const x = kernel.floats(b.x);
        for (let i = 0; i < n; i++) {
          const at = starts[0]! + (t + i) * stride;
          x.set(data.subarray(at, at + size), i * size);
        }
        this.steps(b.x, b.y, b.hidden, n);
        emit(
          t,
          kernel.floats(b.y).subarray(0, n * shape.outputSize),
          kernel.floats(b.hidden).subarray(0, n * shape.hiddenSize),
        );
      }
    });
  }

  /** The stream's state before its next step: `state` (H), or zero. */
  setStreamState(state?: ArrayLike<number>): void {
    const { inputSize: I, hiddenSize: H } = this.shape;
    const vector = this.kernel.floats(this.#stream.vector);
    const ahead = I + this.layout.biases;
    vector.fill(1, I, ahead).fill(0, ahead);
    for (let j = 0; state && j < H; j++) vector[ahead + j] = state[j]!;
  }

  /** `count` steps of the stream: x (count,I) to y (count,O) and, where asked for, hidden (count,H). */
  steps(x: Block, y: Block, hidden: Block | undefined, count: number): void {
    if (!this.#streamPacked) packSteps(this.kernel, this.shape, this.#packs, this.#stream);
    this.#streamPacked = true;
    gruSteps(this.kernel, this.shape, this.#stream, x, y, hidden, count);
  }

  /** Where the stream's state lies. */
  get streamState(): Block {
    const at = this.shape.inputSize + this.layout.biases;
    return { offset: this.#stream.vector.offset + at * 4, length: this.shape.hiddenSize };
  }

  /** Packs the weights where they changed; the backward pass needs their transposes too. */
  #pack(gradients?: GruGradients): void {
    if (!this.#packed) packForward(this.kernel, this.shape, this.#packs);
    this.#packed = true;
    if (gradients) packBackward(this.kernel, this.shape, this.#packs, gradients);
  }

  #split({ offset }: Block): Pick<GruBuffers, "weights" | "head"> {
    const { weights, head } = this.layout;
    return { weights: { offset, length: weights }, head: { offset: offset + weights * 4, length: head } };
  }
}

function* shards(first: number, count: number): Generator<Shard> {
  for (let at = 0; at < count; at += SHARD) yield { first: first + at, count: Math.min(SHARD, count - at) };
}
