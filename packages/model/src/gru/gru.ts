import { ACTIVE } from "@sluice/kernel-wasm";
import { expectKeys, expectOneOf, show } from "@sluice/kernel-wasm/checks";
import { expectForward, type GruConfig, resolveConfig, throwMemoryless } from "../config/config.js";
import { directionsOf, featuresOf } from "../config/shape.js";
import { FormatError, readingFile } from "../errors/format-error.js";
import { type Convention, defaultConvention } from "../formats/conventions.js";
import { readSafetensors, sluiceHeader, writeSafetensors } from "../formats/safetensors.js";
import { checkStateDict, type StateDict, toStateDict, writeParameters } from "../formats/state-dict.js";
import { initialize } from "../network/initialize.js";
import { streamPlan } from "../network/memory-plan.js";
import { Network } from "../network/network.js";
import { place } from "../network/placement.js";
import { evaluate } from "../passes/evaluate.js";
import { infer } from "../passes/inference.js";
import { type Loss, placeLoss, targetsOf } from "../passes/losses.js";
import { meanLoss } from "../passes/mean-loss.js";
import { atOnce } from "../passes/pass.js";
import { trainingWorkspace } from "../passes/workspace.js";
import { startsEvery, stateRows, type TrainingData, toSequences } from "../tensors/sequences.js";
import { STEP_OPTIONS, type StepFlags, toFlags } from "../tensors/step-flags.js";
import { expectShape, sizeOf, type Tensor } from "../tensors/tensor.js";
import { executor } from "../threads/executor.js";
import type { FitOptions, History } from "../training/options/fit-options.js";
import { Training } from "../training/training.js";
import {
  type BackwardOptions,
  type BackwardResult,
  type ForwardOptions,
  type ForwardResult,
  type KernelOptions,
  PADDINGS,
} from "./gru-options.js";
import { type ActiveStream, Stream, type StreamBlocks } from "./stream.js";

const FILE_VERSION = 1;

/**
 * A gated recurrent unit (GRU) with a linear head, in a separate kernel instance.
 *
 * reset-before: r = σ(xW_xr + hW_hr + b_r), z likewise, n = tanh(xW_xh + (r⊙h)W_hh + b_h)  (Cho et al. 2014)
 * reset-after: n = tanh(xW_in + b_in + r⊙(hW_hn + b_hn))  (cuDNN, PyTorch, Keras)
 * memoryless: reset-before with h set to zero at every step, as in the notebook's code
 * all: h' = (1 − z)⊙n + z⊙h, y = h'W_hq + b_q; each layer reads the h' of all directions of the layer below
 */
export class Gru {
  readonly config: Required<GruConfig>;
  /** Undefined after `dispose`. */
  #network: Network | undefined;
  readonly #streamBlocks: StreamBlocks;
  readonly #activeStream: ActiveStream = { stream: undefined };
  #training: Training | undefined;
  #fitting = false;

  private constructor(config: Required<GruConfig>, network: Network) {
    this.config = config;
    this.#network = network;
    const io = network.kernel.arena.allocate(streamPlan(config));
    this.#streamBlocks = { x: io.streamX, y: io.streamY, hidden: io.streamHidden };
  }

  /**
   * Creates a network with initial weights from its seed.
   * @throws TypeError or RangeError for an invalid config; Error if the engine cannot run the kernel.
   */
  static async create(config: GruConfig, options: KernelOptions = {}): Promise<Gru> {
    const gru = await Gru.#empty(config, options);
    initialize(gru.network, gru.config.seed, gru.config.init);
    return gru;
  }

  /**
   * Creates a network from given weights.
   * @throws TypeError or RangeError for an invalid config, for tensors that are missing, unknown, of another shape or not finite, or if the
   * convention cannot represent the cell.
   */
  static async fromStateDict(
    config: GruConfig,
    tensors: Readonly<StateDict>,
    convention: Convention,
    options: KernelOptions = {},
  ): Promise<Gru> {
    const gru = await Gru.#empty(config, options);
    writeParameters(gru.#parameters, tensors, checkStateDict(gru.config, tensors, convention));
    return gru;
  }

  /**
   * Creates a network from a file written by `save`.
   * @throws FormatError for bytes that are not a valid file of this version.
   */
  static async load(bytes: Uint8Array, options: KernelOptions = {}): Promise<Gru> {
    const { tensors, metadata } = readSafetensors(bytes);
    const header = sluiceHeader(metadata);
    if (header["model"] !== FILE_VERSION) {
      const found = header["model"] === undefined ? "another file" : show(header["model"]);
      throw new FormatError("model file", `expected a Sluice model of version ${FILE_VERSION}, got ${found}`);
    }
    const config = readingFile("model file", () => resolveConfig((header["config"] ?? {}) as GruConfig));
    const gru = await Gru.#empty(config, options);
    const dict = tensors as StateDict;
    const specs = readingFile("model file", () => checkStateDict(config, dict, defaultConvention(config.cell)));
    writeParameters(gru.#parameters, dict, specs);
    return gru;
  }

  static async #empty(config: GruConfig, { kernel }: KernelOptions): Promise<Gru> {
    const resolved = resolveConfig(config);
    return new Gru(resolved, await Network.create(resolved, kernel));
  }

  /** The number of weights and biases, including learned initial states. */
  get parameterCount(): number {
    return Object.values(this.stateDict(defaultConvention(this.config.cell))).reduce(
      (sum, { shape }) => sum + sizeOf(shape),
      0,
    );
  }

  /**
   * Runs a batch x (T,B,I) through the network.
   * @throws TypeError or RangeError for invalid options, other shapes, numbers that are not finite at steps that are not masked, or an
   * initial state for a memoryless cell.
   */
  forward(x: Tensor, options: ForwardOptions = {}): ForwardResult {
    return this.#run(x, options, true);
  }

  /**
   * Returns the `output` of `forward` only, which is faster, because the states of all steps are not copied.
   * @throws TypeError or RangeError as `forward` does.
   */
  predict(x: Tensor, options: ForwardOptions = {}): Tensor {
    return this.#run(x, options, this.config.outputSize === 0).output;
  }

  /** `hidden` is empty without `withFeatures`. */
  #run(x: Tensor, options: ForwardOptions, withFeatures: boolean): ForwardResult {
    const network = this.#live();
    const { inputSize: I, hiddenSize: H, outputSize: O, layers, outputs: kind } = this.config;
    const { initialState, padding = "hold", ...stepOptions } = options;
    expectKeys("forward options", stepOptions, STEP_OPTIONS);
    expectShape("x", x, [-1, -1, I]);
    expectOneOf("padding", padding, PADDINGS);
    const [T, B] = x.shape as [number, number, number];
    const flags = toFlags(stepOptions, T, B);
    const states = initialState && stateRows(initialState, this.config, B);
    const F = featuresOf(this.config);
    const tracks = layers * directionsOf(this.config);
    const shapeOf = (size: number) => (kind === "last" ? [B, size] : [T, B, size]);
    if (T === 0 && B > 0 && kind === "last") throw new RangeError("x: expected at least one step, got none");
    this.#activeStream.stream?.release(); // a pass over one row uses its buffers
    const rows = { data: x.data, starts: startsEvery(I, B), stride: B * I, size: I };
    const { outputs, features, finalState } =
      T * B > 0
        ? infer(network, { x: rows, steps: T, states, withFeatures, ...flags })
        : {
            outputs: new Float32Array(0),
            features: new Float32Array(0),
            finalState: initialState?.data.slice() ?? repeatStates(network.initialState(), tracks, B, H),
          };
    if (padding === "zero" && kind === "all") {
      clearMasked(outputs, flags, { T, B, size: O });
      clearMasked(features, flags, { T, B, size: F });
    }
    return {
      output: { data: O > 0 ? outputs : features, shape: shapeOf(O > 0 ? O : F) },
      hidden: { data: features, shape: shapeOf(F) },
      finalState: { data: finalState, shape: [tracks, B, H] },
    };
  }

  /**
   * Computes the loss of a batch x (T,B,I), y (T,B,O) and its gradients, by back-propagation through all T steps, without dropout.
   * @throws TypeError or RangeError for invalid options, other shapes, or numbers that are not finite at steps that are not masked.
   */
  backward(
    x: Tensor,
    y: Tensor,
    {
      loss = "mse",
      initialState,
      convention = defaultConvention(this.config.cell),
      ...stepOptions
    }: BackwardOptions = {},
  ): BackwardResult {
    const network = this.#live();
    const data = toSequences({ x, y, ...stepOptions }, this.config, targetsOf(this.config, loss));
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
   * Trains the network.
   * @throws DivergedError if a loss, gradient or parameter is not finite; the signal's reason on abort; TypeError or RangeError for invalid
   * data or options; FormatError or CheckpointMismatchError for a checkpoint that cannot be resumed.
   */
  async fit(data: TrainingData, options: FitOptions): Promise<History> {
    const network = this.#live();
    if (this.#fitting)
      throw new Error("fit: expected one call at a time, got a second before the first has resolved; await it");
    this.#training = new Training({ network, config: this.config, executor }, data, options);
    this.#fitting = true;
    try {
      return await this.#training.run();
    } finally {
      this.#fitting = false;
    }
  }

  /**
   * Computes the mean loss over samples, without dropout.
   * @throws TypeError or RangeError for invalid data.
   */
  evaluate(data: TrainingData, { loss = "mse" }: { readonly loss?: Loss } = {}): number {
    const network = this.#live();
    const sequences = toSequences(data, this.config, targetsOf(this.config, loss));
    return network.borrow(() => atOnce(evaluate(network, place(network, sequences), loss)));
  }

  /**
   * Returns the bytes of a checkpoint, from which `fit` can resume with the same bits: parameters, optimizer, progress and history.
   * @throws Error if `fit` was never called.
   */
  checkpoint(): Uint8Array {
    this.#live();
    if (!this.#training)
      throw new Error("checkpoint: expected a network that is or was in training, got one without; call fit() first");
    return this.#training.checkpoint();
  }

  /**
   * Creates a stream, which computes one step at a time. It starts from `state` (H), or (L · H) for several layers; learned or zero by
   * default.
   * @throws RangeError for a network with a reverse direction, or a state of another length.
   */
  stream({ state }: { readonly state?: ArrayLike<number> } = {}): Stream {
    const { hiddenSize: H, cell, layers, direction } = this.config;
    const network = this.#live();
    expectForward("stream", direction);
    if (state && cell === "memoryless") throwMemoryless();
    if (state && state.length !== layers * H)
      throw new RangeError(`state: expected ${layers * H} numbers, got ${state.length}`);
    return new Stream(
      network,
      this.#streamBlocks,
      this.#activeStream,
      Float32Array.from(state ?? network.initialState()),
    );
  }

  /**
   * Returns copies of the parameters as tensors of a convention.
   * @throws RangeError if the convention cannot represent the cell.
   */
  stateDict(convention: Convention): StateDict {
    return toStateDict(this.config, this.#parameters, convention);
  }

  /** Encodes the network as a safetensors file: tensors in the cell's default convention, the config in the metadata. */
  save({ metadata = {} }: { readonly metadata?: Readonly<Record<string, string>> } = {}): Uint8Array {
    const sluice = JSON.stringify({ model: FILE_VERSION, config: this.config });
    const tensors = this.stateDict(defaultConvention(this.config.cell));
    return writeSafetensors({ tensors, metadata: { ...metadata, sluice } });
  }

  /** Releases the kernel and its memory. Later calls throw, and a running `fit` rejects with an error. */
  dispose(): void {
    this.#training?.dispose();
    this.#network = undefined;
    this.#training = undefined;
    this.#activeStream.stream = undefined;
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
    if (!this.#network) throw new Error("the network was disposed; create or load another");
    return this.#network;
  }
}

/** Repeats states (tracks, H) for B rows. */
function repeatStates(state: Float32Array, tracks: number, B: number, H: number): Float32Array {
  return Float32Array.from({ length: tracks * B * H }, (_, i) => state[Math.floor(i / (B * H)) * H + (i % H)]!);
}

/** Sets values (T,B,size) at masked steps to zero. */
function clearMasked(
  values: Float32Array,
  { flags }: StepFlags,
  { T, B, size }: { T: number; B: number; size: number },
): void {
  if (!flags) return;
  for (let t = 0; t < T; t++) {
    for (let b = 0; b < B; b++) {
      if (!(flags[b * T + t]! & ACTIVE)) values.fill(0, (t * B + b) * size, (t * B + b + 1) * size);
    }
  }
}
