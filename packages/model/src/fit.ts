import { type Block, firstNonFinite, type Rows, sgd as sgdStep } from "@sluice/kernel-wasm";
import { Random } from "@sluice/kernel-wasm/math";
import { breathing } from "./breath.js";
import { type Progress, readCheckpoint, restore } from "./checkpoint.js";
import { type Clip, checkClip, clipGradient } from "./clip.js";
import { expectInteger, expectKeys, expectOneOf, type GruConfig } from "./config.js";
import { defaultConvention, type Part, type TensorSpec, tensorSpecs } from "./conventions.js";
import { DivergedError } from "./errors.js";
import { CHUNK, segmentOf } from "./memory-plan.js";
import type { Network, PlacedSequences, TrainingWorkspace } from "./network.js";
import { type Sgd, sgd } from "./optimizer.js";
import { type Sequences, type StridedRows, stateRows, type TrainingData, toSequences } from "./sequences.js";
import type { Tensor } from "./tensor.js";

export interface EpochEvent {
  /** Counted from 0. */
  readonly epoch: number;
  readonly epochs: number;
  /** The mean of the epoch's batches' losses, each taken before its update. */
  readonly loss: number;
  /** The loss on `validation` after the epoch's last update, where it was taken. */
  readonly validationLoss?: number;
}

export interface FitOptions {
  readonly epochs: number;
  /** Samples of a batch; all of them by default. */
  readonly batchSize?: number;
  /** Another order of samples in each epoch, from the model's seed; off by default. */
  readonly shuffle?: boolean;
  /** `sgd({ learningRate: 0.01 })` by default. */
  readonly optimizer?: Sgd;
  readonly clip?: Clip;
  /** The mean squared error over all elements. */
  readonly loss?: "mse";
  /**
   * Keeps only the states at the borders of about √T segments of the steps, and computes a segment's activations again on the
   * way back: memory grows with √T, a third more arithmetic, the same bits. For long sequences; off by default.
   */
  readonly gradientCheckpointing?: boolean;
  /** (1, samples, H), the state before the first step of each sample; zero by default. */
  readonly initialState?: Tensor;
  /** Data that is only watched; its states begin at zero. */
  readonly validation?: TrainingData;
  /** Epochs from one validation to the next; 1 by default. The last epoch is always validated. */
  readonly validationEvery?: number;
  readonly onEpoch?: (event: EpochEvent) => void;
  /** On abort `fit` rejects with the signal's reason, after the update under way. */
  readonly signal?: AbortSignal;
  /** A checkpoint to go on from, to the same bits as if training had not stopped. */
  readonly resume?: Uint8Array;
}

export interface History {
  /** The loss of each epoch, those before a resume included. */
  readonly loss: readonly number[];
  readonly validationLoss: readonly { readonly epoch: number; readonly loss: number }[];
}

const KEYS = [
  "epochs",
  "batchSize",
  "shuffle",
  "optimizer",
  "clip",
  "loss",
  "gradientCheckpointing",
  "initialState",
  "validation",
  "validationEvery",
  "onEpoch",
  "signal",
  "resume",
];

/** The generator's stream of an epoch's order; stream 0 draws the initial weights. */
const orderStream = (epoch: number) => 1 + epoch;

function orderOf(epoch: number, count: number, seed: number, shuffle: boolean): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  if (shuffle) new Random(seed, orderStream(epoch)).shuffle(order);
  return order;
}

/** One training run over one set of data: `run` goes on from `progress` to the last epoch. */
export class Training {
  readonly progress: Progress;
  readonly #network: Network;
  readonly #config: Required<GruConfig>;
  readonly #options: FitOptions;
  readonly #data: Sequences;
  readonly #states: StridedRows | undefined;
  readonly #validation: Sequences | undefined;
  readonly #batchSize: number;
  readonly #optimizer: Sgd;
  readonly #tensors: readonly TensorSpec[];

  /** @throws TypeError or RangeError for options or data that do not fit. */
  constructor(network: Network, config: Required<GruConfig>, data: TrainingData, options: FitOptions) {
    expectKeys("fit options", options, KEYS);
    expectInteger("epochs", options.epochs, 1, 0x80000000);
    expectInteger("validationEvery", options.validationEvery ?? 1, 1, 0x80000000);
    expectOneOf("loss", options.loss ?? "mse", ["mse"]);
    if (options.clip) checkClip(options.clip);
    this.#network = network;
    this.#config = config;
    this.#options = options;
    this.#data = toSequences(data, config);
    this.#states = options.initialState && stateRows(options.initialState, config, this.#data.count);
    this.#validation = options.validation && toSequences(options.validation, config);
    this.#batchSize = Math.min(options.batchSize ?? this.#data.count, this.#data.count);
    expectInteger("batchSize", this.#batchSize, 1, 0x80000000);
    this.#optimizer = options.optimizer ?? sgd({ learningRate: 0.01 });
    this.#tensors = tensorSpecs(config, defaultConvention(config.cell));
    this.progress = this.#start();
  }

  #start(): Progress {
    const { shuffle = false, clip = null, resume } = this.#options;
    const { count, steps } = this.#data;
    const options = {
      samples: count,
      steps,
      batchSize: this.#batchSize,
      shuffle,
      clip,
      optimizer: this.#optimizer,
    };
    const { kernel, parameters, velocity } = this.#network;
    if (!resume) {
      kernel.floats(velocity).fill(0);
      return { epoch: 0, batch: 0, lossSum: 0, loss: [], validationLoss: [], options };
    }
    const checkpoint = readCheckpoint(resume);
    const [before, now] = [JSON.stringify(checkpoint.progress.options), JSON.stringify(options)];
    if (before !== now) throw new RangeError(`resume: expected training with ${before}, got ${now}`);
    restore(checkpoint, this.#config, kernel.floats(parameters), kernel.floats(velocity));
    this.#network.changed();
    return checkpoint.progress;
  }

  async run(): Promise<History> {
    const network = this.#network;
    const { signal, epochs, onEpoch, gradientCheckpointing = false } = this.#options;
    const top = network.kernel.arena.top;
    const breath = breathing();
    try {
      const placed = network.place(this.#data, this.#states);
      const validation = this.#validation && network.place(this.#validation);
      const { steps } = placed;
      const segment = segmentOf(steps, gradientCheckpointing);
      const work = network.trainingWorkspace({ rows: this.#batchSize, steps, segment });
      const progress = this.progress;
      while (progress.epoch < epochs) {
        this.#orderSamples(placed);
        for (let first = progress.batch * this.#batchSize; first < placed.count; first += this.#batchSize) {
          signal?.throwIfAborted();
          const count = Math.min(this.#batchSize, placed.count - first);
          this.#update(work, network.meanSquaredError(work, placed, first, count));
          await breath.take();
        }
        const event = this.#endEpoch(validation);
        onEpoch?.(event);
      }
    } finally {
      breath.end();
      network.kernel.arena.release(top);
    }
    return { loss: this.progress.loss, validationLoss: this.progress.validationLoss };
  }

  /** Lays the samples in this epoch's order. */
  #orderSamples({ x, y, states, count }: PlacedSequences): void {
    const order = orderOf(this.progress.epoch, count, this.#config.seed, this.#options.shuffle ?? false);
    const { kernel } = this.#network;
    const lay = (rows: Rows, starts: Uint32Array) => {
      const placed = kernel.integers(rows.starts);
      for (let i = 0; i < count; i++) placed[i] = starts[order[i]!]!;
    };
    lay(x, this.#data.x.starts);
    lay(y, this.#data.y.starts);
    if (states) lay(states, this.#states!.starts);
  }

  /** One step of the optimizer on the gradient of a batch whose loss is given. */
  #update({ training: { gradient } }: TrainingWorkspace, loss: number): void {
    const { kernel, parameters, velocity } = this.#network;
    const { progress } = this;
    if (!Number.isFinite(loss)) this.#diverged("the loss", loss);
    this.#expectFinite("the gradient of ", gradient, loss);
    if (this.#options.clip) clipGradient(kernel, gradient, this.#tensors, this.#options.clip);
    sgdStep(kernel, parameters, velocity, gradient, this.#optimizer);
    this.#network.changed();
    this.#expectFinite("", parameters, loss);
    progress.lossSum += loss;
    progress.batch++;
  }

  #expectFinite(of: string, block: Block, loss: number): void {
    const bad = firstNonFinite(this.#network.kernel, block);
    if (bad < 0) return;
    const holds = ({ start, rows, columns, stride }: Part) =>
      bad >= start && Math.floor((bad - start) / stride) < rows && (bad - start) % stride < columns;
    this.#diverged(of + this.#tensors.find(({ parts }) => parts.some(holds))!.name, loss);
  }

  #diverged(tensor: string, loss: number): never {
    throw new DivergedError(this.progress.epoch, this.progress.batch, tensor, loss);
  }

  #endEpoch(validation: PlacedSequences | undefined): EpochEvent {
    const { progress } = this;
    const { epochs, validationEvery = 1 } = this.#options;
    const { epoch } = progress;
    const loss = progress.lossSum / progress.batch;
    progress.loss.push(loss);
    progress.lossSum = 0;
    progress.batch = 0;
    progress.epoch++; // a checkpoint taken from `onEpoch` goes on with the next one
    if (!validation || ((epoch + 1) % validationEvery !== 0 && epoch + 1 !== epochs)) return { epoch, epochs, loss };
    const validationLoss = evaluate(this.#network, validation);
    progress.validationLoss.push({ epoch, loss: validationLoss });
    return { epoch, epochs, loss, validationLoss };
  }
}

/** The mean squared error over placed samples, without gradients. */
export function evaluate(network: Network, data: PlacedSequences): number {
  const { count, steps } = data;
  return network.borrow(() => {
    const work = network.workspace({ rows: count, steps, segment: Math.min(steps, CHUNK) });
    return network.meanSquaredError(work, data, 0, count);
  });
}
