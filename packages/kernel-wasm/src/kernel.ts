import { Arena, type Block } from "./arena.js";
import { compileKernel, type KernelSource } from "./instantiate.js";
import { type Cell, type GruLayout, type GruShape, gruLayout, PANEL, SEGMENT } from "./layout.js";

/** What assembly/index.ts exports; every pointer is a byte offset. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  readonly [name: string]: unknown;
  readonly heapBase: () => number;
}
type Call = (...args: number[]) => number;

const CELLS: Readonly<Record<Cell, number>> = { "reset-before": 0, "reset-after": 1, memoryless: 2 };

/** Names a block that is too small, with both sizes. */
function need(name: string, block: Block, length: number): number {
  if (block.length < length) {
    throw new RangeError(`${name}: expected ${length} floats, got ${block.length}`);
  }
  return block.offset;
}

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
  /** (Hp, 8) */
  readonly scratch: Block;
  /** As `weights`, and as `head`. */
  readonly weights: Block;
  readonly head: Block;
}

/** The buffers of a stream. */
export interface StreamBuffers {
  readonly weights: Block;
  readonly head: Block;
  readonly vector: Block;
  readonly gates: Block;
  readonly output: Block;
}

/**
 * One instance of the kernel with a memory of its own: the typed boundary. Every block is checked against
 * the sizes that the call needs; a block that is too small is a RangeError with both numbers.
 */
export class Kernel {
  readonly arena: Arena;
  readonly #memory: WebAssembly.Memory;
  readonly #wasm: Record<string, Call>;

  private constructor(module: WebAssembly.Module) {
    const exports = new WebAssembly.Instance(module).exports as unknown as Exports;
    this.#memory = exports.memory;
    this.#wasm = exports as unknown as Record<string, Call>;
    this.arena = new Arena(exports.memory, exports.heapBase());
  }

  /** Compiles the kernel (once for all instances, unless `source` is given) and instantiates it. */
  static async create(source?: KernelSource): Promise<Kernel> {
    return new Kernel(await compileKernel(source));
  }

  /** Bytes of memory held by this instance. */
  get byteLength(): number {
    return this.#memory.buffer.byteLength;
  }

  /** A view of a block, valid until the memory grows. */
  floats({ offset, length }: Block): Float32Array {
    return new Float32Array(this.#memory.buffer, offset, length);
  }

  /** The same as unsigned integers. */
  integers({ offset, length }: Block): Uint32Array {
    return new Uint32Array(this.#memory.buffer, offset, length);
  }

  /** out = f(x) for each element; the error bounds are those of assembly/elementary.ts. */
  elementary(f: "exp" | "log" | "sigmoid" | "tanh", out: Block, x: Block): void {
    if (x.length % 4 !== 0) throw new RangeError(`${f}: expected a multiple of 4 elements, got ${x.length}`);
    this.#call(`${f}Array`, need(`${f} out`, out, x.length), x.offset, x.length);
  }

  /** Packs weights (K,N) for `matmul`, or for products by the transpose. N is a multiple of 4. */
  packWeights(packed: Block, weights: Block, { K, N }: { K: number; N: number }): void {
    this.#four("packWeights N", N);
    this.#call("packWeights", need("packed", packed, K * N), need("weights", weights, K * N), N * 4, K, N);
  }

  packTransposed(packed: Block, weights: Block, { K, N }: { K: number; N: number }): void {
    const rows = Math.ceil(K / 4) * 4;
    this.#call(
      "packTransposed",
      need("packed", packed, rows * N),
      N * 16,
      need("weights", weights, K * N),
      N * 4,
      K,
      N,
    );
  }

  /** out (panels,N,8) = packed (N/4,K,4) · a (panels,K,8). N is a multiple of 4. */
  matmul(out: Block, packed: Block, a: Block, { K, N, panels }: { K: number; N: number; panels: number }): void {
    this.#four("matmul N", N);
    const [to, w, from] = [
      need("out", out, panels * N * PANEL),
      need("packed", packed, K * N),
      need("a", a, panels * K * PANEL),
    ];
    for (let p = 0; p < panels; p++) {
      const x = from + p * K * PANEL * 4;
      this.#call("matmulPanel", to + p * N * PANEL * 4, w, K * 16, x, K, x, 0, N, 0);
    }
  }

  /** gradient (K,N) += a (panels,K,8) · d (panels,N,8)ᵀ. N is a multiple of 4. */
  matmulGradient(
    gradient: Block,
    a: Block,
    d: Block,
    { K, N, panels }: { K: number; N: number; panels: number },
  ): void {
    this.#four("matmulGradient N", N);
    this.#call(
      "matmulGradient",
      need("gradient", gradient, K * N),
      N * 4,
      need("a", a, panels * K * PANEL),
      K * PANEL * 4,
      need("d", d, panels * N * PANEL),
      N * PANEL * 4,
      K,
      N,
      panels,
    );
  }

  /** Packs the weights for `gruForward` and `headForward`: once after each update. */
  packForward(shape: GruShape, b: Pick<GruBuffers, "weights" | "head" | "packed" | "headPacked">): void {
    const l = gruLayout(shape);
    const weights = need("weights", b.weights, l.weights);
    this.#call("packWeights", need("packed", b.packed, l.weights), weights, l.columns * 4, l.rows, l.columns);
    if (shape.outputSize === 0) return;
    const head = need("head", b.head, l.head);
    this.#call(
      "packWeights",
      need("headPacked", b.headPacked, l.head),
      head,
      l.outputs * 4,
      1 + shape.hiddenSize,
      l.outputs,
    );
  }

  /** Packs the transposed weights for `gruBackward`: once after each update. */
  packBackward(shape: GruShape, b: Pick<GruBuffers, "weights" | "head">, g: GruGradients): void {
    const l = gruLayout(shape);
    const { hiddenSize: H, outputSize: O } = shape;
    const stateRows = need("weights", b.weights, l.weights) + (l.rows - H) * l.columns * 4;
    const transposed = need("transposed", g.transposed, l.transposed);
    for (let gate = 0; gate < 3; gate++) {
      this.#call(
        "packTransposed",
        transposed + gate * H * 16,
        3 * H * 16,
        stateRows + gate * l.units * 4,
        l.columns * 4,
        H,
        H,
      );
    }
    if (O === 0) return;
    const head = need("head", b.head, l.head) + l.outputs * 4; // past the bias
    this.#call(
      "packTransposed",
      need("headTransposed", g.headTransposed, l.headTransposed),
      O * 16,
      head,
      l.outputs * 4,
      H,
      O,
    );
  }

  /** Writes x of steps [0, steps) and the rows of ones into `inputs`, for one shard. */
  gatherInputs(shape: GruShape, b: GruBuffers, rows: Rows, shard: Shard, steps: number): void {
    const l = gruLayout(shape);
    const panels = panelsOf(shard);
    const inputs = need("inputs", b.inputs, (steps + 1) * panels * l.inputPanel);
    const bytes = l.inputPanel * 4;
    for (let i = 0; i < l.biases; i++) {
      this.#call("fillUnit", inputs + (shape.inputSize + i) * PANEL * 4, bytes, (steps + 1) * panels, 1);
    }
    this.#call(
      "gatherPanels",
      inputs,
      panels * bytes,
      bytes,
      rows.source.offset,
      need("starts", rows.starts, shard.first + shard.count) + shard.first * 4,
      shard.count,
      rows.stride,
      shape.inputSize,
      0,
      steps,
    );
  }

  /** The state before step 0 of a shard: from `rows` (one step of H features), or zero. */
  setState(shape: GruShape, b: GruBuffers, shard: Shard, rows?: Rows): void {
    const l = gruLayout(shape);
    const panels = panelsOf(shard);
    const first = need("inputs", b.inputs, panels * l.inputPanel) / 4;
    const view = new Float32Array(this.#memory.buffer);
    for (let p = 0; p < panels; p++) {
      const end = first + (p + 1) * l.inputPanel;
      view.fill(0, end - l.statePanel, end);
    }
    if (!rows) return;
    const states = (first + l.inputPanel - l.statePanel) * 4;
    const starts = need("starts", rows.starts, shard.first + shard.count) + shard.first * 4;
    this.#call(
      "gatherPanels",
      states,
      0,
      l.inputPanel * 4,
      rows.source.offset,
      starts,
      shard.count,
      rows.stride,
      shape.hiddenSize,
      0,
      1,
    );
  }

  /** Runs steps [from, to) of a shard: h[t] and gates of each step. */
  gruForward(shape: GruShape, b: GruBuffers, shard: Shard, from: number, to: number): void {
    const l = gruLayout(shape);
    const panels = panelsOf(shard);
    this.#call(
      "gruForward",
      need("inputs", b.inputs, (to + 1) * panels * l.inputPanel),
      need("gates", b.gates, to * panels * l.gatePanel),
      need("packed", b.packed, l.weights),
      shape.inputSize,
      shape.hiddenSize,
      panels,
      CELLS[shape.cell],
      from,
      to,
    );
  }

  /** The head's outputs of steps [0, steps). */
  headForward(shape: GruShape, b: GruBuffers, shard: Shard, steps: number): void {
    const l = gruLayout(shape);
    const panels = panelsOf(shard);
    this.#call(
      "headForward",
      need("outputs", b.outputs, steps * panels * l.outputPanel),
      this.#states(shape, b, l, panels, steps),
      l.inputPanel * 4,
      need("headPacked", b.headPacked, l.head),
      shape.hiddenSize,
      shape.outputSize,
      steps * panels,
    );
  }

  /**
   * Σ (y − target)² of a shard, in f64; leaves scale · (y − target) in `outputs`, zero in unused rows.
   * y are the head's outputs or, without a head, the states.
   */
  mse(shape: GruShape, b: GruBuffers, targets: Rows, shard: Shard, steps: number, scale: number): number {
    const l = gruLayout(shape);
    const panels = panelsOf(shard);
    const to = need("outputs", b.outputs, steps * panels * l.outputPanel);
    const bytes = l.outputPanel * 4;
    const headed = shape.outputSize > 0;
    const y = headed ? to : this.#states(shape, b, l, panels, steps) + PANEL * 4;
    const yBytes = headed ? bytes : l.inputPanel * 4;
    return this.#call(
      "mse",
      to,
      panels * bytes,
      bytes,
      y,
      panels * yBytes,
      yBytes,
      targets.source.offset,
      need("starts", targets.starts, shard.first + shard.count) + shard.first * 4,
      shard.count,
      targets.stride,
      targets.size,
      steps,
      scale,
    );
  }

  /**
   * Steps to − 1, …, from backward: adds into `g.weights` and carries `g.dState`. `outputs` holds the
   * gradient by the outputs. `from` is a multiple of 16, and `to` too unless it is the last step.
   */
  gruBackward(shape: GruShape, b: GruBuffers, g: GruGradients, shard: Shard, from: number, to: number): void {
    if (from % SEGMENT !== 0)
      throw new RangeError(`gruBackward from: expected a multiple of ${SEGMENT}, got ${from}`);
    const l = gruLayout(shape);
    const panels = panelsOf(shard);
    this.#call(
      "gruBackward",
      need("gradient", g.weights, l.weights),
      need("dState", g.dState, panels * l.statePanel),
      need("gates", b.gates, to * panels * l.gatePanel),
      need("scratch", g.scratch, l.statePanel),
      need("inputs", b.inputs, (to + 1) * panels * l.inputPanel),
      need("outputs", b.outputs, to * panels * l.outputPanel),
      need("transposed", g.transposed, l.transposed),
      g.headTransposed.offset,
      shape.inputSize,
      shape.hiddenSize,
      shape.outputSize,
      panels,
      CELLS[shape.cell],
      from,
      to,
    );
  }

  /** Adds the head's weight gradient of steps [0, steps) into `g.head`. */
  headGradient(shape: GruShape, b: GruBuffers, g: GruGradients, shard: Shard, steps: number): void {
    const l = gruLayout(shape);
    const panels = panelsOf(shard);
    this.#call(
      "headGradient",
      need("head gradient", g.head, l.head),
      this.#states(shape, b, l, panels, steps),
      l.inputPanel * 4,
      need("outputs", b.outputs, steps * panels * l.outputPanel),
      shape.hiddenSize,
      shape.outputSize,
      steps * panels,
    );
  }

  /** Copies the outputs of a shard to out (steps, ·, O), and its states to hidden (steps, ·, H): from row `to.row` of `to.batch`. */
  scatter(
    shape: GruShape,
    b: GruBuffers,
    shard: Shard,
    steps: number,
    to: { readonly batch: number; readonly row: number; readonly outputs?: Block; readonly hidden?: Block },
  ): void {
    const l = gruLayout(shape);
    const panels = panelsOf(shard);
    const copy = (out: Block, size: number, from: number, panel: number) => {
      need("out", out, steps * to.batch * size);
      const at = out.offset + to.row * size * 4;
      this.#call("scatterPanels", at, to.batch * size, from, panels * panel * 4, panel * 4, shard.count, size, steps);
    };
    if (to.outputs) copy(to.outputs, shape.outputSize, b.outputs.offset, l.outputPanel);
    if (to.hidden)
      copy(to.hidden, shape.hiddenSize, this.#states(shape, b, l, panels, steps) + PANEL * 4, l.inputPanel);
  }

  /** steps of one row: x (T,I) to y (T,O) and hidden (T,H). The state stays in `vector`. */
  gruSteps(shape: GruShape, s: StreamBuffers, x: Block, y: Block, hidden: Block | undefined, steps: number): void {
    const l = gruLayout(shape);
    const { inputSize: I, hiddenSize: H, outputSize: O } = shape;
    this.#call(
      "gruSteps",
      need("y", y, steps * O),
      hidden ? need("hidden", hidden, steps * H) : 0,
      need("output", s.output, l.outputs),
      need("vector", s.vector, l.vector),
      need("gates", s.gates, l.gates),
      need("x", x, steps * I),
      need("weights", s.weights, l.weights),
      need("head", s.head, l.head),
      I,
      H,
      O,
      CELLS[shape.cell],
      steps,
    );
  }

  /** to += from, n elements (a multiple of 4). */
  addInto(to: Block, from: Block, n: number): void {
    this.#four("addInto n", n);
    this.#call("addInto", need("to", to, n), need("from", from, n), n);
  }

  /** Σ x² over a rectangle of a block, in f64: `start` and `stride` in elements. */
  sumSquares(x: Block, { start, rows, columns, stride }: Rectangle): number {
    need("sumSquares", x, start + (rows - 1) * stride + columns);
    return this.#call("sumSquares", x.offset + start * 4, stride * 4, rows, columns);
  }

  /** A rectangle of a block *= factor. */
  scale(x: Block, { start, rows, columns, stride }: Rectangle, factor: number): void {
    need("scale", x, start + (rows - 1) * stride + columns);
    this.#call("scaleBlock", x.offset + start * 4, stride * 4, rows, columns, factor);
  }

  /** x = min(max(x, −limit), limit). */
  clamp(x: Block, limit: number): void {
    this.#four("clamp length", x.length);
    this.#call("clampArray", x.offset, x.length, limit);
  }

  /** The first index of a NaN or an infinity, or −1. */
  firstNonFinite(x: Block): number {
    this.#four("firstNonFinite length", x.length);
    return this.#call("firstNonFinite", x.offset, x.length);
  }

  /** One step of gradient descent on all of `parameters`; the gradients are set to zero. */
  sgd(
    parameters: Block,
    velocity: Block,
    gradient: Block,
    o: {
      readonly learningRate: number;
      readonly momentum: number;
      readonly weightDecay: number;
      readonly nesterov: boolean;
    },
  ): void {
    const n = parameters.length;
    this.#four("sgd length", n);
    this.#call(
      "sgd",
      parameters.offset,
      o.momentum === 0 ? 0 : need("velocity", velocity, n),
      need("gradient", gradient, n),
      n,
      o.learningRate,
      o.momentum,
      o.weightDecay,
      Number(o.nesterov),
    );
  }

  /** The row of ones before h[0] of the first panel. */
  #states(shape: GruShape, b: GruBuffers, l: GruLayout, panels: number, steps: number): number {
    const inputs = need("inputs", b.inputs, (steps + 1) * panels * l.inputPanel);
    return inputs + (panels * l.inputPanel + (shape.inputSize + l.biases - 1) * PANEL) * 4;
  }

  #four(name: string, n: number): void {
    if (n % 4 !== 0) throw new RangeError(`${name}: expected a multiple of 4, got ${n}`);
  }

  #call(name: string, ...args: number[]): number {
    return this.#wasm[name]!(...args);
  }
}

/** A rectangle inside a block: `start` and `stride` in elements. */
export interface Rectangle {
  readonly start: number;
  readonly rows: number;
  readonly columns: number;
  readonly stride: number;
}

export function panelsOf(shard: Shard): number {
  return Math.ceil(shard.count / PANEL);
}
