import { type Block, firstNonFinite } from "@sluice/kernel-wasm";
import { breathing } from "./breath.js";
import { type Blocks, type Progress, readCheckpoint, restore, writeCheckpoint } from "./checkpoint.js";
import { checkClip, clipGradient } from "./clip.js";
import { expectInteger, expectKeys, expectOneOf, type GruConfig } from "./config.js";
import { defaultConvention, type Part, type TensorSpec, tensorSpecs } from "./conventions.js";
import { DivergedError } from "./errors.js";
import type { Job } from "./exchange.js";
import { type EpochEvent, FIT_OPTIONS, type FitOptions, type History } from "./fit-options.js";
import { CHUNK, segmentOf } from "./memory-plan.js";
import type { Network, PlacedSequences, TrainingWorkspace } from "./network.js";
import { checkOptimizer, type Optimizer, optimize } from "./optimizer.js";
import { sgd } from "./optimizers/sgd.js";
import { Pool } from "./pool.js";
import { Samples } from "./samples.js";
import { checkSchedule, plateauNext, plateauStart, rateAt, type Schedule } from "./schedule.js";
import { constantRate } from "./schedules/constant-rate.js";
import { type Sequences, type StridedRows, stateRows, type TrainingData, toSequences } from "./sequences.js";
import { threadsFor } from "./threads-for.js";

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
  readonly #optimizer: Optimizer;
  readonly #schedule: Schedule;
  readonly #tensors: readonly TensorSpec[];
  #pool: Pool | undefined;
  #disposed = false;

  /** @throws TypeError or RangeError for options or data that do not fit. */
  constructor(network: Network, config: Required<GruConfig>, data: TrainingData, options: FitOptions) {
    expectKeys("fit options", options, FIT_OPTIONS);
    expectInteger("epochs", options.epochs, 1, 0x80000000);
    expectInteger("validationEvery", options.validationEvery ?? 1, 1, 0x80000000);
    if (options.threads !== undefined && options.threads !== "auto")
      expectInteger("threads", options.threads, 1, 256);
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
    checkOptimizer(this.#optimizer);
    this.#schedule = options.schedule ?? constantRate();
    checkSchedule(this.#schedule);
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
      schedule: this.#schedule,
    };
    const blocks = this.#blocks();
    if (!resume) {
      blocks.firstMoment.fill(0);
      blocks.secondMoment.fill(0);
      const plateau = plateauStart(this.#schedule, this.#optimizer.learningRate);
      const history = { loss: [], validationLoss: [], learningRate: [] };
      return { epoch: 0, batch: 0, updates: 0, lossSum: 0, ...history, plateau, options };
    }
    const checkpoint = readCheckpoint(resume);
    const [before, now] = [JSON.stringify(checkpoint.progress.options), JSON.stringify(options)];
    if (before !== now) throw new RangeError(`resume: expected training with ${before}, got ${now}`);
    restore(checkpoint, this.#config, blocks);
    this.#network.changed();
    return checkpoint.progress;
  }

  /** Everything from which `resume` goes on. */
  checkpoint(): Uint8Array {
    return writeCheckpoint(this.#config, this.progress, this.#blocks());
  }

  /** Views of the network's memory. */
  #blocks(): Blocks<Float32Array> {
    const { kernel, parameters, moments } = this.#network;
    const [firstMoment, secondMoment] = moments;
    return {
      parameters: kernel.floats(parameters),
      firstMoment: kernel.floats(firstMoment),
      secondMoment: kernel.floats(secondMoment),
    };
  }

  async run(): Promise<History> {
    const network = this.#network;
    const { signal, epochs, onEpoch, gradientCheckpointing = false, shuffle = false } = this.#options;
    const set = { data: this.#data, states: this.#states, seed: this.#config.seed, shuffle };
    const { steps, count: samplesInAll } = this.#data;
    const batchSize = this.#batchSize;
    const segment = segmentOf(steps, gradientCheckpointing);
    const top = network.kernel.arena.top;
    const breath = breathing();
    try {
      const samples = new Samples(network, set);
      const validation = this.#validation && network.place(this.#validation);
      const work = network.trainingWorkspace({ rows: batchSize, steps, segment });
      this.#pool = await this.#startPool({ set, batchSize, segment });
      const progress = this.progress;
      while (progress.epoch < epochs) {
        samples.lay(progress.epoch);
        for (let first = progress.batch * batchSize; first < samplesInAll; first += batchSize) {
          signal?.throwIfAborted();
          this.#throwIfDisposed();
          const count = Math.min(batchSize, samplesInAll - first);
          this.#update(work, await this.#loss(work, samples, first, count));
          await breath.take();
        }
        const event = this.#endEpoch(validation);
        onEpoch?.(event);
      }
    } finally {
      breath.end();
      this.#pool?.end();
      network.kernel.arena.release(top);
    }
    const { loss, validationLoss, learningRate } = this.progress;
    return { loss, validationLoss, learningRate, threads: this.#pool?.threads ?? 1 };
  }

  /** The network is gone: training stops with an error, and its workers with it. */
  dispose(): void {
    this.#disposed = true;
    this.#pool?.end("the network was disposed");
  }

  #throwIfDisposed(): void {
    if (this.#disposed) throw new Error("fit: expected a network until its training ends, got one that was disposed");
  }

  async #startPool(job: Pick<Job, "set" | "batchSize" | "segment">): Promise<Pool | undefined> {
    const { threads: asked = 1 } = this.#options;
    if (asked === 1) return undefined; // nothing of threads is loaded where nobody asks for them
    const most = asked === "auto" ? (await import("#threads")).processors() : asked;
    const threads = threadsFor(this.#network.shape, this.#data.steps, this.#batchSize, most);
    return threads > 1 ? Pool.start(this.#network, job, threads) : undefined;
  }

  /** The loss of a batch, its gradients in the workspace. */
  #loss(work: TrainingWorkspace, samples: Samples, first: number, count: number): number | Promise<number> {
    if (!this.#pool) return this.#network.meanSquaredError(work, samples.placed, first, count);
    return this.#pool
      .meanSquaredError(work, samples, { epoch: this.progress.epoch, first, count })
      .catch((error: unknown) => {
        this.#throwIfDisposed();
        throw error;
      });
  }

  /** One step of the optimizer on the gradient of a batch whose loss is given. */
  #update({ training: { gradient } }: TrainingWorkspace, loss: number): void {
    const { kernel, parameters } = this.#network;
    const { progress } = this;
    if (!Number.isFinite(loss)) this.#diverged("the loss", loss);
    this.#expectFinite("the gradient of ", gradient, loss);
    if (this.#options.clip) clipGradient(kernel, gradient, this.#tensors, this.#options.clip);
    optimize(
      this.#network,
      gradient,
      { ...this.#optimizer, learningRate: this.#rate(progress.updates) },
      ++progress.updates,
    );
    this.#network.changed();
    this.#expectFinite("", parameters, loss);
    progress.lossSum += loss;
    progress.batch++;
  }

  /** The learning rate of an update of this epoch. */
  #rate(update: number): number {
    const { epoch, plateau } = this.progress;
    return rateAt(this.#schedule, this.#optimizer.learningRate, { epoch, update, plateau });
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
    const learningRate = this.#rate(progress.updates - 1);
    const measured = (epoch + 1) % validationEvery === 0 || epoch + 1 === epochs;
    const validationLoss = validation && measured ? evaluate(this.#network, validation) : undefined;
    progress.loss.push(loss);
    progress.learningRate.push(learningRate);
    if (validationLoss !== undefined) progress.validationLoss.push({ epoch, loss: validationLoss });
    const watched = validation ? validationLoss : loss;
    if (watched !== undefined) progress.plateau = plateauNext(this.#schedule, progress.plateau, watched);
    progress.lossSum = 0;
    progress.batch = 0;
    progress.epoch++; // a checkpoint taken from `onEpoch` goes on with the next one
    return { epoch, epochs, loss, learningRate, ...(validationLoss !== undefined && { validationLoss }) };
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
