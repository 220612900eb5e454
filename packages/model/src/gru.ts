import type { Block, KernelSource } from "@sluice/kernel-wasm";
import { expectOneOf, type GruConfig, resolveConfig } from "./config.js";
import { type Convention, defaultConvention } from "./conventions.js";
import { evaluate } from "./evaluate.js";
import { Training } from "./fit.js";
import type { FitOptions, History } from "./fit-options.js";
import { infer } from "./inference.js";
import { initialize } from "./initialize.js";
import { streamPlan } from "./memory-plan.js";
import { Network } from "./network.js";
import { readSafetensors, sluiceHeader, writeSafetensors } from "./safetensors.js";
import { refuseMemoryless, stateRows, type TrainingData, toSequences } from "./sequences.js";
import { fromStateDict, type StateDict, toStateDict } from "./state-dict.js";
import { Stream } from "./stream.js";
import { expectShape, sizeOf, type Tensor } from "./tensor.js";

export interface ForwardResult {
  /** (T,B,O); without a head the states, (T,B,H). */
  readonly output: Tensor;
  /** (T,B,H), the state after each step. */
  readonly hidden: Tensor;
  /** (1,B,H), the state after the last step. */
  readonly finalState: Tensor;
}

export interface BackwardResult {
  readonly loss: number;
  /** The gradient of the loss by each parameter, named in the convention asked for. */
  readonly gradients: StateDict;
}

export interface StateOptions {
  /** (1,B,H), the state before the first step; zero by default. */
  readonly initialState?: Tensor;
}

/** Where the kernel comes from, where the bytes in the package will not do. */
export interface KernelOptions {
  readonly kernel?: KernelSource;
}

const FILE_VERSION = 1;

/**
 * A gated recurrent unit with a linear readout head, in a kernel instance of its own.
 *
 * reset-before: r = σ(xW_xr + hW_hr + b_r), z likewise, n = tanh(xW_xh + (r⊙h)W_hh + b_h)  (Cho et al. 2014)
 * reset-after: n = tanh(xW_in + b_in + r⊙(hW_hn + b_hn))  (cuDNN, PyTorch, Keras)
 * memoryless: reset-before with h taken as zero on every step, the notebook's code as written
 * all: h' = (1 − z)⊙n + z⊙h, y = h'W_hq + b_q
 */
export class Gru {
  readonly config: Required<GruConfig>;
  /** Gone after `dispose`. */
  #network: Network | undefined;
  readonly #streams: { io: Readonly<Record<"x" | "y", Block>>; turn: { stream: Stream | undefined } };
  #training: Training | undefined;
  #fitting = false;

  private constructor(config: Required<GruConfig>, network: Network) {
    this.config = config;
    this.#network = network;
    const io = network.kernel.arena.allocate(streamPlan(config));
    this.#streams = { io: { x: io.streamX, y: io.streamY }, turn: { stream: undefined } };
  }

  /**
   * A network with initial weights from its seed.
   * @throws TypeError or RangeError for a config that does not hold; Error where the engine cannot run the kernel.
   */
  static async create(config: GruConfig, options: KernelOptions = {}): Promise<Gru> {
    const gru = await Gru.#empty(config, options);
    initialize(gru.config, gru.#parameters, gru.config.seed, gru.config.init);
    return gru;
  }

  /**
   * A network of given weights.
   * @throws RangeError for missing, unknown, misshapen or non-finite tensors, or where the convention cannot name this cell.
   */
  static async fromStateDict(
    config: GruConfig,
    tensors: Readonly<StateDict>,
    convention: Convention,
    options: KernelOptions = {},
  ): Promise<Gru> {
    const gru = await Gru.#empty(config, options);
    fromStateDict(gru.config, gru.#parameters, tensors, convention);
    return gru;
  }

  /**
   * Reads what `save` wrote.
   * @throws RangeError for bytes that are no such file.
   */
  static async load(bytes: Uint8Array, options: KernelOptions = {}): Promise<Gru> {
    const { tensors, metadata } = readSafetensors(bytes);
    const header = sluiceHeader(metadata);
    if (header["model"] !== FILE_VERSION) {
      throw new RangeError(
        `model file: expected a Sluice model of version ${FILE_VERSION}, got ${header["model"] ?? "another file"}`,
      );
    }
    const config = resolveConfig(header["config"] as GruConfig);
    return Gru.fromStateDict(config, tensors as StateDict, defaultConvention(config.cell), options);
  }

  static async #empty(config: GruConfig, { kernel }: KernelOptions): Promise<Gru> {
    const resolved = resolveConfig(config);
    const { cell, inputSize, hiddenSize, outputSize } = resolved;
    return new Gru(resolved, await Network.create({ cell, inputSize, hiddenSize, outputSize }, kernel));
  }

  /** The number of weights and biases. */
  get parameterCount(): number {
    return Object.values(this.stateDict(defaultConvention(this.config.cell))).reduce(
      (sum, { shape }) => sum + sizeOf(shape),
      0,
    );
  }

  /**
   * Runs a batch x (T,B,I) through the network.
   * @throws RangeError for other shapes, or an initial state for a memoryless cell.
   */
  forward(x: Tensor, { initialState }: StateOptions = {}): ForwardResult {
    const network = this.#live();
    const { inputSize: I, hiddenSize: H, outputSize: O } = this.config;
    expectShape("x", x, [-1, -1, I]);
    const [T, B] = x.shape as [number, number, number];
    const hidden = new Float32Array(T * B * H);
    const output = O > 0 ? new Float32Array(T * B * O) : hidden;
    if (T * B > 0) {
      const starts = Uint32Array.from({ length: B }, (_, b) => b * I);
      this.#freeStreams();
      infer(
        network,
        { data: x.data, starts, stride: B * I, size: I },
        T,
        initialState && stateRows(initialState, this.config, B),
        (t, y, h) => {
          hidden.set(h, t * B * H);
          if (O > 0) output.set(y, t * B * O);
        },
      );
    }
    const last = T > 0 ? hidden.slice((T - 1) * B * H) : (initialState?.data.slice() ?? new Float32Array(B * H));
    return {
      output: { data: output, shape: [T, B, O > 0 ? O : H] },
      hidden: { data: hidden, shape: [T, B, H] },
      finalState: { data: last, shape: [1, B, H] },
    };
  }

  /**
   * The loss of a batch x (T,B,I), y (T,B,O) and its gradients, by back-propagation through all T steps.
   * @throws RangeError for other shapes or numbers that are not finite.
   */
  backward(
    x: Tensor,
    y: Tensor,
    {
      loss = "mse",
      initialState,
      convention = defaultConvention(this.config.cell),
    }: StateOptions & { readonly loss?: "mse"; readonly convention?: Convention } = {},
  ): BackwardResult {
    const network = this.#live();
    expectOneOf("loss", loss, ["mse"]);
    const data = toSequences({ x, y }, this.config);
    const states = initialState && stateRows(initialState, this.config, data.count);
    return network.borrow(() => {
      const { count, steps } = data;
      const placed = network.place(data, states);
      const work = network.trainingWorkspace({ rows: count, steps, segment: steps });
      const value = network.meanSquaredError(work, placed, 0, count);
      const gradient = network.kernel.floats(work.training.gradient);
      return { loss: value, gradients: toStateDict(this.config, gradient, convention) };
    });
  }

  /**
   * Trains on samples until the last epoch.
   * @throws DivergedError where a loss or gradient is not finite; the signal's reason on abort; RangeError for data or options that do not fit.
   */
  async fit(data: TrainingData, options: FitOptions): Promise<History> {
    const network = this.#live();
    if (this.#fitting)
      throw new RangeError("fit: expected one training at a time, got a second call while the first runs; await it");
    this.#training = new Training(network, this.config, data, options);
    this.#fitting = true;
    try {
      return await this.#training.run();
    } finally {
      this.#fitting = false;
    }
  }

  /** The mean loss over samples; nothing is changed. */
  evaluate(data: TrainingData, { loss = "mse" }: { readonly loss?: "mse" } = {}): number {
    const network = this.#live();
    expectOneOf("loss", loss, ["mse"]);
    const sequences = toSequences(data, this.config);
    return network.borrow(() => evaluate(network, network.place(sequences)));
  }

  /**
   * Everything from which `fit` can go on to the same bits: parameters, optimizer, epoch and place in it, history.
   * @throws RangeError where no training has begun.
   */
  checkpoint(): Uint8Array {
    this.#live();
    if (!this.#training)
      throw new RangeError("checkpoint: expected a network in training, got one that was never fitted");
    return this.#training.checkpoint();
  }

  /** A stream that begins at `state` (H), or zero. */
  stream({ state }: { readonly state?: ArrayLike<number> } = {}): Stream {
    const { hiddenSize: H, cell } = this.config;
    const network = this.#live();
    if (state) refuseMemoryless(cell);
    if (state && state.length !== H) throw new RangeError(`state: expected ${H} numbers, got ${state.length}`);
    const { io, turn } = this.#streams;
    return new Stream(network, io, turn, Float32Array.from(state ?? new Float32Array(H)));
  }

  /**
   * The parameters as tensors of a convention.
   * @throws RangeError where the convention cannot name this cell's tensors.
   */
  stateDict(convention: Convention): StateDict {
    return toStateDict(this.config, this.#parameters, convention);
  }

  /** The bytes of a safetensors file: tensors in the cell's default convention, the config in its metadata. */
  save({ metadata = {} }: { readonly metadata?: Readonly<Record<string, string>> } = {}): Uint8Array {
    const sluice = JSON.stringify({ model: FILE_VERSION, config: this.config });
    const tensors = this.stateDict(defaultConvention(this.config.cell));
    return writeSafetensors({ tensors, metadata: { ...metadata, sluice } });
  }

  /** Lets the kernel and its memory go; every later call throws, and a training under way stops with an error. */
  dispose(): void {
    this.#training?.dispose();
    this.#network = undefined;
    this.#training = undefined;
    this.#streams.turn.stream = undefined;
  }

  get #parameters(): Float32Array {
    const { kernel, parameters } = this.#live();
    return kernel.floats(parameters);
  }

  #live(): Network {
    if (!this.#network) throw new Error("this network was disposed: create or load another");
    return this.#network;
  }

  /** A pass over one row uses the stream's place in the kernel. */
  #freeStreams(): void {
    this.#streams.turn.stream?.release();
  }
}
