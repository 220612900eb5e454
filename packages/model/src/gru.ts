import { ACTIVE } from "@sluice/kernel-wasm";
import { expectKeys, expectOneOf } from "@sluice/kernel-wasm/checks";
import { type Convention, defaultConvention } from "./formats/conventions.js";
import { readSafetensors, sluiceHeader, writeSafetensors } from "./formats/safetensors.js";
import { fromStateDict, type StateDict, toStateDict } from "./formats/state-dict.js";
import type { BackwardResult, ForwardOptions, ForwardResult, KernelOptions, StateOptions } from "./gru-options.js";
import { type GruConfig, refuseMemoryless, resolveConfig } from "./network/config.js";
import { initialize } from "./network/initialize.js";
import { streamPlan } from "./network/memory-plan.js";
import { Network } from "./network/network.js";
import { place } from "./network/placement.js";
import { directionsOf, featuresOf } from "./network/shape.js";
import { evaluate } from "./passes/evaluate.js";
import { infer } from "./passes/inference.js";
import { type Loss, placeLoss, targetsOf } from "./passes/losses.js";
import { meanLoss } from "./passes/mean-loss.js";
import { atOnce } from "./passes/pass.js";
import { trainingWorkspace } from "./passes/workspace.js";
import {
  STEP_OPTIONS,
  type StepFlags,
  type StepOptions,
  stateRows,
  type TrainingData,
  toFlags,
  toSequences,
} from "./sequences.js";
import { Stream, type StreamBlocks } from "./stream.js";
import { expectShape, sizeOf, type Tensor } from "./tensor.js";
import { Training } from "./training/fit.js";
import type { FitOptions, History } from "./training/fit-options.js";

const FILE_VERSION = 1;

/**
 * A gated recurrent unit with a linear readout head, in a kernel instance of its own.
 *
 * reset-before: r = σ(xW_xr + hW_hr + b_r), z likewise, n = tanh(xW_xh + (r⊙h)W_hh + b_h)  (Cho et al. 2014)
 * reset-after: n = tanh(xW_in + b_in + r⊙(hW_hn + b_hn))  (cuDNN, PyTorch, Keras)
 * memoryless: reset-before with h taken as zero on every step, the notebook's code as written
 * all: h' = (1 − z)⊙n + z⊙h, y = h'W_hq + b_q; layers above read the h' of those below, of both directions where there are two
 */
export class Gru {
  readonly config: Required<GruConfig>;
  /** Gone after `dispose`. */
  #network: Network | undefined;
  readonly #streams: { io: StreamBlocks; turn: { stream: Stream | undefined } };
  #training: Training | undefined;
  #fitting = false;

  private constructor(config: Required<GruConfig>, network: Network) {
    this.config = config;
    this.#network = network;
    const io = network.kernel.arena.allocate(streamPlan(config));
    this.#streams = { io: { x: io.streamX, y: io.streamY, hidden: io.streamHidden }, turn: { stream: undefined } };
  }

  /**
   * A network with initial weights from its seed.
   * @throws TypeError or RangeError for a config that does not hold; Error where the engine cannot run the kernel.
   */
  static async create(config: GruConfig, options: KernelOptions = {}): Promise<Gru> {
    const gru = await Gru.#empty(config, options);
    initialize(gru.network, gru.config.seed, gru.config.init);
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
    return new Gru(resolved, await Network.create(resolved, kernel));
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
   * @throws RangeError for other shapes, numbers that are not finite in steps that count, or an initial state for a memoryless cell.
   */
  forward(x: Tensor, options: ForwardOptions = {}): ForwardResult {
    return this.#run(x, options, true);
  }

  /**
   * The `output` of `forward` alone: without the states of all steps there is less to copy.
   * @throws RangeError as `forward` does.
   */
  predict(x: Tensor, options: ForwardOptions = {}): Tensor {
    return this.#run(x, options, this.config.outputSize === 0).output;
  }

  /** `hidden` is empty where features are not asked for. */
  #run(x: Tensor, options: ForwardOptions, withFeatures: boolean): ForwardResult {
    const network = this.#live();
    const { inputSize: I, hiddenSize: H, outputSize: O, layers, outputs: kind } = this.config;
    const { initialState, padding = "hold", ...taken } = options;
    expectKeys("forward options", taken, STEP_OPTIONS);
    expectShape("x", x, [-1, -1, I]);
    expectOneOf("padding", padding, ["hold", "zero"]);
    const [T, B] = x.shape as [number, number, number];
    const flags = toFlags(taken, T, B);
    const states = initialState && stateRows(initialState, this.config, B);
    const F = featuresOf(this.config);
    const tracks = layers * directionsOf(this.config);
    const shapeOf = (size: number) => (kind === "last" ? [B, size] : [T, B, size]);
    if (T * B === 0) {
      if (T === 0 && B > 0 && kind === "last") throw new RangeError("x: expected at least one step, got none");
      const empty = { data: new Float32Array(0), shape: shapeOf(O > 0 ? O : F) };
      const before = initialState?.data.slice() ?? repeated(network.initialState(), tracks, B, H);
      return {
        output: empty,
        hidden: { data: new Float32Array(0), shape: shapeOf(F) },
        finalState: { data: before, shape: [tracks, B, H] },
      };
    }
    const starts = Uint32Array.from({ length: B }, (_, b) => b * I);
    this.#freeStreams();
    const rows = { data: x.data, starts, stride: B * I, size: I };
    const { outputs, features, finalState } = infer(network, { x: rows, steps: T, states, withFeatures, ...flags });
    if (padding === "zero" && kind === "all") {
      clear(outputs, flags, T, B, O);
      clear(features, flags, T, B, F);
    }
    return {
      output: { data: O > 0 ? outputs : features, shape: shapeOf(O > 0 ? O : F) },
      hidden: { data: features, shape: shapeOf(F) },
      finalState: { data: finalState, shape: [tracks, B, H] },
    };
  }

  /**
   * The loss of a batch x (T,B,I), y (T,B,O) and its gradients, by back-propagation through all T steps. Nothing is dropped.
   * @throws RangeError for other shapes or numbers that are not finite.
   */
  backward(
    x: Tensor,
    y: Tensor,
    {
      loss = "mse",
      initialState,
      convention = defaultConvention(this.config.cell),
      ...taken
    }: StateOptions &
      StepOptions & { readonly loss?: Loss; readonly weights?: Tensor; readonly convention?: Convention } = {},
  ): BackwardResult {
    const network = this.#live();
    const data = toSequences({ x, y, ...taken }, this.config, targetsOf(this.config, loss));
    const states = initialState && stateRows(initialState, this.config, data.count);
    return network.borrow(() => {
      const { count, steps } = data;
      const placed = place(network, data, states);
      const size = { rows: count, steps, segment: steps, masked: data.flags !== undefined };
      const work = trainingWorkspace(network, size, placeLoss(network.kernel, loss));
      const value = atOnce(meanLoss(network, work, placed, { first: 0, count })) ?? 0;
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
  evaluate(data: TrainingData, { loss = "mse" }: { readonly loss?: Loss } = {}): number {
    const network = this.#live();
    const sequences = toSequences(data, this.config, targetsOf(this.config, loss));
    return network.borrow(() => atOnce(evaluate(network, place(network, sequences), loss)));
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

  /**
   * A stream that begins at `state` (H), or (L · H) of several layers; learned or zero by default.
   * @throws RangeError for a network that runs backward through time, or a state of another length.
   */
  stream({ state }: { readonly state?: ArrayLike<number> } = {}): Stream {
    const { hiddenSize: H, cell, layers, direction } = this.config;
    const network = this.#live();
    if (direction !== "forward")
      throw new RangeError(`stream: expected a network that runs forward, got direction ${direction}`);
    if (state && cell === "memoryless") refuseMemoryless();
    if (state && state.length !== layers * H)
      throw new RangeError(`state: expected ${layers * H} numbers, got ${state.length}`);
    const { io, turn } = this.#streams;
    return new Stream(network, io, turn, Float32Array.from(state ?? network.initialState()));
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

  /**
   * The layers in kernel memory, for `@sluice/model/inspect`.
   * @internal
   */
  get network(): Network {
    return this.#live();
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

/** States (tracks, H) for each of B rows. */
function repeated(state: Float32Array, tracks: number, B: number, H: number): Float32Array {
  return Float32Array.from({ length: tracks * B * H }, (_, i) => state[Math.floor(i / (B * H)) * H + (i % H)]!);
}

/** Zeros where a step is left out. */
function clear(values: Float32Array, { flags }: StepFlags, T: number, B: number, size: number): void {
  if (!flags) return;
  for (let t = 0; t < T; t++) {
    for (let b = 0; b < B; b++) {
      if (!(flags[b * T + t]! & ACTIVE)) values.fill(0, (t * B + b) * size, (t * B + b + 1) * size);
    }
  }
}
