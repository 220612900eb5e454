import type { Block } from "@sluice/kernel-wasm";
import { DivergedError } from "../errors.js";
import { defaultConvention, type TensorSpec, tensorSpecs } from "../formats/conventions.js";
import type { GruConfig } from "../network/config.js";
import { segmentOf } from "../network/memory-plan.js";
import type { Network } from "../network/network.js";
import { type PlacedSequences, place } from "../network/placement.js";
import { evaluate } from "../passes/evaluate.js";
import { type Batch, meanLoss } from "../passes/training-pass.js";
import { type TrainingWorkspace, trainingWorkspace } from "../passes/workspace.js";
import type { TrainingData } from "../sequences.js";
import type { Job } from "../threads/exchange.js";
import { Pool } from "../threads/pool.js";
import type { RemoteRun } from "../threads/remote-run.js";
import type { Snapshot } from "../threads/run-messages.js";
import { threadsFor } from "../threads/threads-for.js";
import { type Breath, breathing } from "./breath.js";
import { type Blocks, type Progress, readCheckpoint, writeCheckpoint } from "./checkpoint.js";
import { STOPPING_START, stoppingAfter } from "./early-stopping.js";
import type { EpochEvent, FitOptions, History } from "./fit-options.js";
import { type FitPlan, planOf } from "./fit-plan.js";
import { placeLoss } from "./losses.js";
import { nonFiniteTensor } from "./non-finite.js";
import { Samples } from "./samples.js";
import { plateauNext, plateauStart, rateAt } from "./schedule.js";
import { longestOf } from "./truncation.js";
import { update } from "./update.js";

/** One training run over one set of data: `run` goes on from `progress` to the last epoch. */
export class Training {
  readonly progress: Progress;
  readonly #network: Network;
  readonly #config: Required<GruConfig>;
  readonly #data: TrainingData;
  readonly #options: FitOptions;
  readonly #plan: FitPlan;
  readonly #tensors: readonly TensorSpec[];
  /** The sum of the gradients of the batches that wait for their update: the kernel's own may hold a part of the next. */
  #gradient: Float32Array | undefined;
  /** States (tracks, rows, H) where the next batch goes on; the kernel's own may be those after a part of it. */
  #carried: Float32Array | undefined;
  /** The parameters after the best epoch. */
  #best: Float32Array | undefined;
  /** Those after the last, once the best are in their place. */
  #last: Float32Array | undefined;
  #pool: Pool | undefined;
  #remote: RemoteRun | undefined;
  #disposed = false;

  /** @throws TypeError or RangeError for options or data that do not fit. */
  constructor(network: Network, config: Required<GruConfig>, data: TrainingData, options: FitOptions) {
    this.#network = network;
    this.#config = config;
    this.#data = data;
    this.#options = options;
    this.#plan = planOf(config, data, options);
    this.#tensors = tensorSpecs(config, defaultConvention(config.cell));
    this.progress = this.#start();
  }

  #start(): Progress {
    const { accumulate, batchSize, optimizer, schedule, settings } = this.#plan;
    const { kernel, parameters, moments, layout } = this.#network;
    const { resume } = this.#options;
    if (accumulate > 1) this.#gradient = new Float32Array(parameters.length);
    if (this.#carries) this.#carried = new Float32Array(layout.tracks.length * batchSize * this.#config.hiddenSize);
    if (!resume) {
      for (const moment of moments) kernel.floats(moment).fill(0);
      const at = { epoch: 0, batch: 0, counted: 0, waiting: 0, updates: 0, lossSum: 0, gradientNorm: 0 };
      const history = { loss: [], validationLoss: [], learningRate: [] };
      const plateau = plateauStart(schedule, optimizer.learningRate);
      return { ...at, ...history, plateau, stopping: STOPPING_START, settings };
    }
    const { progress, blocks } = readCheckpoint(resume, this.#config, settings, parameters.length);
    kernel.floats(parameters).set(blocks.parameters);
    kernel.floats(moments[0]).set(blocks.firstMoment);
    kernel.floats(moments[1]).set(blocks.secondMoment);
    if (blocks.gradient) this.#gradient = blocks.gradient;
    if (blocks.carried) this.#carried = blocks.carried;
    this.#best = blocks.best;
    this.#network.changed();
    return progress;
  }

  /** Everything from which `resume` goes on. */
  checkpoint(): Uint8Array {
    return writeCheckpoint(this.#config, this.progress, this.#blocks());
  }

  /** Views of the network's memory, and copies. */
  #blocks(): Blocks {
    const { kernel, parameters, moments } = this.#network;
    return {
      parameters: this.#last ?? kernel.floats(parameters),
      firstMoment: kernel.floats(moments[0]),
      secondMoment: kernel.floats(moments[1]),
      gradient: this.progress.waiting > 0 ? this.#gradient : undefined,
      carried: this.progress.batch > 0 ? this.#carried : undefined,
      best: this.#best,
    };
  }

  /** Where the run stands, in copies. */
  snapshot(): Snapshot {
    const {
      loss: _loss,
      validationLoss: _validation,
      learningRate: _rate,
      settings: _settings,
      ...progress
    } = this.progress;
    const blocks = Object.entries(this.#blocks()).flatMap(([name, block]) => (block ? [[name, block.slice()]] : []));
    return { progress, blocks: Object.fromEntries(blocks) as unknown as Blocks };
  }

  /** Takes the place of a run elsewhere. */
  #adopt({ progress, blocks }: Snapshot): void {
    const { kernel, parameters, moments } = this.#network;
    Object.assign(this.progress, progress);
    kernel.floats(parameters).set(blocks.parameters);
    kernel.floats(moments[0]).set(blocks.firstMoment);
    kernel.floats(moments[1]).set(blocks.secondMoment);
    this.#gradient = blocks.gradient;
    this.#carried = blocks.carried;
    this.#best = blocks.best;
    this.#network.changed();
  }

  async run(): Promise<History> {
    const threads = (this.#options.worker && (await this.#runInWorker())) || undefined;
    const used = threads ?? (await this.#runHere());
    this.#restoreBest();
    return this.#history(used, threads !== undefined);
  }

  /** The number of threads that shared the updates; undefined where workers are not to be had. */
  async #runInWorker(): Promise<number | undefined> {
    const { signal, onBatch, onEpoch, ...options } = this.#options;
    const { RemoteRun, startWorker } = await import("#threads");
    this.#throwIfEnded();
    const { progress } = this;
    const run = {
      module: this.#network.kernel.module,
      config: this.#config,
      data: this.#data,
      options: { ...options, worker: false, resume: this.checkpoint() },
      batches: onBatch !== undefined,
    };
    const remote = await RemoteRun.start(startWorker, run, {
      batch: (event) => onBatch?.(event),
      epoch: (event, snapshot) => {
        this.#adopt(snapshot);
        progress.loss.push(event.loss);
        progress.learningRate.push(event.learningRate);
        const { epoch, validationLoss } = event;
        if (validationLoss !== undefined) progress.validationLoss.push({ epoch, loss: validationLoss });
        onEpoch?.(event);
      },
      end: (snapshot) => this.#adopt(snapshot),
    });
    if (!remote) return undefined;
    this.#remote = remote;
    const stop = () => remote.stop();
    signal?.addEventListener("abort", stop);
    try {
      this.#throwIfEnded();
      return await remote.threads;
    } catch (error) {
      this.#throwIfEnded();
      throw error;
    } finally {
      signal?.removeEventListener("abort", stop);
      remote.end(new Error("the run was ended"));
    }
  }

  /** The same on this thread. */
  async #runHere(): Promise<number> {
    const network = this.#network;
    const { epochs, onEpoch, gradientCheckpointing = false, shuffle = false } = this.#options;
    const { training, validation, batchSize, loss, windows } = this.#plan;
    const set = { ...training, seed: this.#config.seed, shuffle };
    const steps = longestOf(windows);
    const segment = segmentOf(steps, gradientCheckpointing);
    const top = network.kernel.arena.top;
    const breath = breathing(() => this.#throwIfEnded());
    try {
      const samples = new Samples(network, set);
      const watched = validation && place(network, validation.data, validation.states);
      const masked = training.data.flags !== undefined;
      const size = { rows: batchSize, steps, segment, masked, carries: this.#carries };
      const work = trainingWorkspace(network, size, placeLoss(network.kernel, loss));
      if (this.progress.waiting > 0) network.kernel.floats(work.training.gradient).set(this.#gradient!);
      this.#pool = await this.#startPool({ set, loss, batchSize, segment });
      while (this.progress.epoch < epochs && !this.#stopped) {
        samples.lay(this.progress.epoch);
        while (this.progress.batch < this.#batches) {
          this.#throwIfEnded();
          this.#endBatch(work, await this.#loss(work, samples, breath));
          await breath.take();
        }
        const event = this.#endEpoch(watched && (await breath.through(this.#validationLoss(watched))));
        onEpoch?.(event);
        await breath.take();
      }
    } finally {
      breath.end();
      this.#pool?.end();
      network.kernel.arena.release(top);
    }
    return this.#pool?.threads ?? 1;
  }

  /** The network is gone: training stops with an error, and its workers with it. */
  dispose(): void {
    this.#disposed = true;
    this.#pool?.end("the network was disposed");
    this.#remote?.end(new Error("the network was disposed"));
  }

  #throwIfEnded(): void {
    this.#options.signal?.throwIfAborted();
    this.#throwIfDisposed();
  }

  #throwIfDisposed(): void {
    if (this.#disposed) throw new Error("fit: expected a network until its training ends, got one that was disposed");
  }

  async #startPool(job: Pick<Job, "set" | "loss" | "batchSize" | "segment">): Promise<Pool | undefined> {
    const { threads: asked = 1 } = this.#options;
    if (asked === 1 || this.#carries) return undefined; // nothing of threads is loaded where nobody asks for them
    const { training, batchSize } = this.#plan;
    const most = asked === "auto" ? (await import("#threads")).processors() : asked;
    const threads = threadsFor(this.#network.shape, training.data.steps, batchSize, most);
    return threads > 1 ? Pool.start(this.#network, job, threads) : undefined;
  }

  /** The loss of the batch that comes next, its gradients in the workspace; undefined where nothing of it counts. */
  async #loss(work: TrainingWorkspace, samples: Samples, breath: Breath): Promise<number | undefined> {
    const batch = this.#next();
    const pool = this.#pool;
    if (pool) {
      return pool.meanLoss(work, samples, batch, this.progress.epoch, breath).catch((error: unknown) => {
        this.#throwIfDisposed();
        throw error;
      });
    }
    const { kernel } = this.#network;
    if (work.carried) kernel.floats(work.carried.source).set(this.#carried!);
    const loss = await breath.through(meanLoss(this.#network, work, samples.placed, batch));
    if (work.carried) this.#carried!.set(kernel.floats(work.carried.source));
    return loss;
  }

  /** The batch that comes next: some samples, and of them the steps of an update. */
  #next(): Batch & { readonly key: readonly [number, number] } {
    const { training, batchSize, windows, stateful } = this.#plan;
    const { epoch, batch } = this.progress;
    const group = Math.floor(batch / windows.length);
    const window = windows[batch % windows.length]!;
    const following = windows[(batch % windows.length) + 1];
    const first = group * batchSize;
    const count = Math.min(batchSize, training.data.count - first);
    const key = dropoutKey(this.#config.seed, epoch * this.#groups + group);
    const goesOn = window.start > 0 || (stateful && group > 0);
    const leavesAt = following?.start ?? (stateful ? window.end : undefined);
    return { first, count, key, window: windows.length > 1 ? window : undefined, goesOn, leavesAt };
  }

  /** Whether states go from one batch to the next. */
  get #carries(): boolean {
    return this.#plan.stateful || this.#plan.windows.length > 1;
  }

  /** Groups of samples in an epoch. */
  get #groups(): number {
    const { training, batchSize } = this.#plan;
    return Math.ceil(training.data.count / batchSize);
  }

  /** Batches of an epoch. */
  get #batches(): number {
    return this.#groups * this.#plan.windows.length;
  }

  /** The loss has not fallen for too long. */
  get #stopped(): boolean {
    const { earlyStopping } = this.#plan;
    return earlyStopping !== null && this.progress.stopping.bad >= earlyStopping.patience;
  }

  /** Takes the gradient of a batch with its loss, if anything of it counts; the last of an update's batches moves the parameters. */
  #endBatch({ training: { gradient } }: TrainingWorkspace, loss: number | undefined): void {
    const { progress } = this;
    const { kernel, parameters } = this.#network;
    const { accumulate, optimizer } = this.#plan;
    const { clip, regularize, onBatch } = this.#options;
    const { epoch, batch, updates } = progress;
    const batches = this.#batches;
    const counts = loss !== undefined;
    if (counts && !Number.isFinite(loss)) this.#diverged("the loss", loss);
    if (counts) this.#expectFinite("the gradient of ", gradient, loss);
    const learningRate = this.#rate(updates);
    const last = batch + 1 === batches;
    const waiting = progress.waiting + Number(counts);
    const moves = waiting > 0 && (last || waiting === accumulate);
    const measured = last || onBatch !== undefined;
    if (moves) {
      const step = { batches: waiting, regularize, clip, step: updates + 1, measured };
      const optimizerNow = { ...optimizer, learningRate };
      const norm = update(this.#network, gradient, this.#tensors, { ...step, optimizer: optimizerNow });
      this.#expectFinite("", parameters, loss ?? 0);
      if (measured) progress.gradientNorm = norm;
      progress.updates++;
    } else if (counts) {
      this.#gradient!.set(kernel.floats(gradient));
    }
    progress.waiting = moves ? 0 : waiting;
    progress.batch++;
    if (!counts) return;
    progress.lossSum += loss;
    progress.counted++;
    onBatch?.({ epoch, batch, batches, loss, learningRate, ...(moves && { gradientNorm: progress.gradientNorm }) });
  }

  /** The learning rate of an update of this epoch. */
  #rate(update: number): number {
    const { epoch, plateau } = this.progress;
    const { optimizer, schedule } = this.#plan;
    return rateAt(schedule, optimizer.learningRate, { epoch, update, plateau });
  }

  #expectFinite(of: string, block: Block, loss: number): void {
    const name = nonFiniteTensor(this.#network.kernel, block, this.#tensors);
    if (name !== undefined) this.#diverged(of + name, loss);
  }

  #diverged(tensor: string, loss: number): never {
    throw new DivergedError(this.progress.epoch, this.progress.batch, tensor, loss);
  }

  /** The loss on the validation data, in the epochs that have one. */
  *#validationLoss(validation: PlacedSequences) {
    const { epochs, validationEvery = 1 } = this.#options;
    const { epoch } = this.progress;
    if ((epoch + 1) % validationEvery !== 0 && epoch + 1 !== epochs) return undefined;
    return yield* evaluate(this.#network, validation, this.#plan.loss);
  }

  #endEpoch(validationLoss: number | undefined): EpochEvent {
    const { progress } = this;
    const { epochs } = this.#options;
    const { epoch, gradientNorm } = progress;
    const loss = progress.counted > 0 ? progress.lossSum / progress.counted : 0;
    const learningRate = this.#rate(Math.max(0, progress.updates - 1));
    progress.loss.push(loss);
    progress.learningRate.push(learningRate);
    if (validationLoss !== undefined) progress.validationLoss.push({ epoch, loss: validationLoss });
    const watched = this.#plan.validation ? validationLoss : loss;
    if (watched !== undefined) this.#watch(watched);
    progress.lossSum = 0;
    progress.counted = 0;
    progress.batch = 0;
    progress.epoch++; // a checkpoint taken from `onEpoch` goes on with the next one
    const of = validationLoss !== undefined && { validationLoss };
    return { epoch, epochs, loss, learningRate, gradientNorm, ...of };
  }

  /** What the loss after an epoch means for the schedule and for early stopping. */
  #watch(loss: number): void {
    const { progress } = this;
    const { schedule, earlyStopping } = this.#plan;
    const { kernel, parameters } = this.#network;
    progress.plateau = plateauNext(schedule, progress.plateau, loss);
    if (!earlyStopping) return;
    progress.stopping = stoppingAfter(earlyStopping, progress.stopping, loss, progress.epoch);
    if (earlyStopping.restoreBest && progress.stopping.bad === 0) this.#best = kernel.floats(parameters).slice();
  }

  /** Puts the best parameters into the network; a checkpoint goes on from the last. */
  #restoreBest(): void {
    if (!this.#best) return;
    const numbers = this.#network.kernel.floats(this.#network.parameters);
    this.#last = numbers.slice();
    numbers.set(this.#best);
    this.#network.changed();
  }

  #history(threads: number, worker: boolean): History {
    const { loss, validationLoss, learningRate, stopping } = this.progress;
    const best = stopping.best !== null && { best: { epoch: stopping.epoch, loss: stopping.best } };
    return { loss, validationLoss, learningRate, ...best, threads, worker };
  }
}

/** What draws a batch's dropped units: other keys than those of initial weights and orders, which have the highest bit clear. */
function dropoutKey(seed: number, batch: number): readonly [number, number] {
  return [(seed ^ (seed / 0x100000000)) >>> 0, (0x80000000 | batch) >>> 0];
}
