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
  packBackward,
  packForward,
  packSteps,
  panelsOf,
  type Rows,
  type Shard,
  type StreamBuffers,
  setState,
} from "@sluice/kernel-wasm";
import { backwardPlan, forwardPlan, networkPlan, type PassSize, rowsPlan, SHARD } from "./memory-plan.js";
import type { Sequences, StridedRows } from "./sequences.js";

/** Samples in kernel memory. */
export interface PlacedSequences {
  readonly count: number;
  readonly steps: number;
  readonly x: Rows;
  readonly y: Rows;
  /** One step of H features, the state before the first step; zero where absent. */
  readonly states?: Rows | undefined;
}

/** Memory for a pass over one shard, `segment` steps at once. */
export interface Workspace extends GruBuffers {
  readonly segment: number;
}

/** Memory for a pass forward and backward. */
export interface TrainingWorkspace extends Workspace {
  readonly training: TrainingBuffers;
}

interface TrainingBuffers extends GruGradients {
  /** As `parameters`: the sum over the shards, and one shard's. */
  readonly gradient: Block;
  readonly shardGradient: Block;
  /** (segments, P, Hp, 8), the state before each segment. */
  readonly borders: Block;
}

/** States (·, P, Hp, 8), each at the end of a panel of so many floats. */
interface States {
  readonly block: Block;
  readonly panel: number;
}

/** The layer and its head in the memory of one kernel: parameters, and passes over shards of a batch. */
export class Network {
  readonly layout: GruLayout;
  /** weights (K, 3 Hp), then head (1 + H, Op). */
  readonly parameters: Block;
  /** As `parameters`: what the optimizer remembers of the steps before. */
  readonly moments: readonly [Block, Block];
  readonly #stream: StreamBuffers;
  readonly #packs: Pick<GruBuffers, "weights" | "head" | "packed" | "headPacked">;
  #packed = false;
  #streamPacked = false;

  private constructor(
    readonly kernel: Kernel,
    readonly shape: GruShape,
  ) {
    this.layout = gruLayout(shape);
    const b = kernel.arena.allocate(networkPlan(shape));
    this.parameters = b.parameters;
    this.moments = [b.firstMoment, b.secondMoment];
    const own = this.#split(b.parameters);
    this.#packs = { ...own, packed: b.packed, headPacked: b.headPacked };
    this.#stream = {
      packed: b.streamPacked,
      headPacked: b.streamHead,
      vector: b.streamVector,
      gates: b.streamGates,
      output: b.streamOutput,
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
    const b = this.kernel.arena.allocate(rowsPlan(data.length, starts.length));
    this.kernel.floats(b.source).set(data);
    this.kernel.integers(b.starts).set(starts);
    return { ...b, stride, size };
  }

  place({ count, steps, x, y }: Sequences, states?: StridedRows): PlacedSequences {
    return { count, steps, x: this.placeRows(x), y: this.placeRows(y), states: states && this.placeRows(states) };
  }

  workspace(size: PassSize): Workspace {
    const forward = this.kernel.arena.allocate(forwardPlan(this.shape, size));
    return { ...this.#packs, ...forward, segment: size.segment };
  }

  trainingWorkspace(size: PassSize): TrainingWorkspace {
    const work = this.workspace(size);
    const b = this.kernel.arena.allocate(backwardPlan(this.shape, size));
    return { ...work, training: { ...b, ...this.#split(b.shardGradient) } };
  }

  /** Packs the weights where they changed; a pass backward needs their transposes too. */
  pack(training?: GruGradients): void {
    if (!this.#packed) packForward(this.kernel, this.shape, this.#packs);
    this.#packed = true;
    if (training) packBackward(this.kernel, this.shape, this.#packs, training);
  }

  /**
   * The mean squared error of samples [first, first + count).
   * A training workspace gets the gradients of the mean added into `gradient`.
   */
  meanSquaredError(work: Workspace | TrainingWorkspace, data: PlacedSequences, first: number, count: number): number {
    const elements = data.steps * count * data.y.size;
    const scale = gradientScale(elements);
    let sum = 0;
    if ("training" in work) {
      this.pack(work.training);
      for (const shard of shardsOf(first, count)) {
        sum += this.gradientOfShard(work, data, shard, scale);
        this.addShardGradient(work);
      }
    } else {
      this.pack();
      for (const shard of shardsOf(first, count)) sum += this.#forward(work, data, shard, scale);
    }
    return sum / elements;
  }

  /**
   * Σ (y − target)² of one shard; `shardGradient` gets the gradient of scale / 2 times it. Call `pack` before.
   *
   * Where the workspace holds a segment of the steps, the forward pass keeps the state before each; going back, a
   * segment's activations are computed again, by the same operations, so that the bits are those of a pass that stored all.
   */
  gradientOfShard(work: TrainingWorkspace, data: PlacedSequences, shard: Shard, scale: number): number {
    const { kernel, shape, layout } = this;
    const { training, segment } = work;
    const borders = { block: training.borders, panel: layout.statePanel };
    const sum = this.#forward(work, data, shard, scale, segment < data.steps ? borders : undefined);
    kernel.floats(training.shardGradient).fill(0);
    kernel.floats(training.dState).fill(0, 0, panelsOf(shard) * layout.statePanel);
    const last = Math.floor((data.steps - 1) / segment) * segment;
    for (let t = last; t >= 0; t -= segment) {
      if (t < last) {
        this.#copyStates(shard, borders, t / segment, this.#inputStates(work), 0);
        this.#forwardSegment(work, data, shard, scale, t, 0);
      }
      gruBackward(kernel, shape, work, training, shard, 0, Math.min(segment, data.steps - t));
    }
    return sum;
  }

  /** gradient += shardGradient */
  addShardGradient({ training: { gradient, shardGradient } }: TrainingWorkspace): void {
    addInto(this.kernel, gradient, shardGradient, gradient.length);
  }

  /** All steps of a shard: Σ (y − target)². The activations of the last segment stay; `borders` gets the state before each. */
  #forward(work: Workspace, data: PlacedSequences, shard: Shard, scale: number, borders?: States): number {
    const { segment } = work;
    const inputs = this.#inputStates(work);
    setState(this.kernel, this.shape, work, shard, data.states);
    let sum = 0;
    for (let t = 0; t < data.steps; t += segment) {
      if (t > 0) this.#copyStates(shard, inputs, segment, inputs, 0);
      if (borders) this.#copyStates(shard, inputs, 0, borders, t / segment);
      sum = this.#forwardSegment(work, data, shard, scale, t, sum);
    }
    return sum;
  }

  /** The steps of the segment that begins at `first`, after the state in its place; leaves its gradient by the outputs. */
  #forwardSegment(
    work: Workspace,
    data: PlacedSequences,
    shard: Shard,
    scale: number,
    first: number,
    sum: number,
  ): number {
    const { kernel, shape } = this;
    const steps = Math.min(work.segment, data.steps - first);
    gatherInputs(kernel, shape, work, rowsFrom(data.x, first), shard, steps);
    gruForward(kernel, shape, work, shard, 0, steps);
    if (shape.outputSize > 0) headForward(kernel, shape, work, shard, steps);
    return mse(kernel, shape, work, rowsFrom(data.y, first), shard, steps, scale, sum);
  }

  #inputStates({ inputs }: Workspace): States {
    return { block: inputs, panel: this.layout.inputPanel };
  }

  /** Copies a shard's states (P, Hp, 8) from one step to another. */
  #copyStates(shard: Shard, from: States, fromStep: number, to: States, toStep: number): void {
    const { statePanel } = this.layout;
    const panels = panelsOf(shard);
    const [source, target] = [this.kernel.floats(from.block), this.kernel.floats(to.block)];
    for (let p = 1; p <= panels; p++) {
      const at = (fromStep * panels + p) * from.panel;
      target.set(source.subarray(at - statePanel, at), (toStep * panels + p) * to.panel - statePanel);
    }
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

  #split({ offset }: Block): Pick<GruBuffers, "weights" | "head"> {
    const { weights, head } = this.layout;
    return { weights: { offset, length: weights }, head: { offset: offset + weights * 4, length: head } };
  }
}

/** The factor of y − target in the gradient of a mean over so many squared errors. */
export function gradientScale(elements: number): number {
  return Math.fround(2 / elements);
}

/** The same rows without their first steps. */
export function rowsFrom(rows: Rows, step: number): Rows {
  const { offset, length } = rows.source;
  const skipped = step * rows.stride;
  return { ...rows, source: { offset: offset + skipped * 4, length: length - skipped } };
}

/** Samples [first, first + count) of the batch, a fixed number at a time. */
export function shardsOf(first: number, count: number): Shard[] {
  return Array.from({ length: Math.ceil(count / SHARD) }, (_, i) => ({
    first: first + i * SHARD,
    count: Math.min(SHARD, count - i * SHARD),
  }));
}
