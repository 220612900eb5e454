import type { GruConfig } from "../config/config.js";
import type { Network } from "../network/network.js";
import type { TrainingData } from "../tensors/sequences.js";
import { type Snapshot, TrainingState } from "./checkpoint/training-state.js";
import type { Executor, RemoteRun } from "./executor.js";
import { type Run, trainHere } from "./loop/train-here.js";
import { trainInWorker } from "./loop/train-in-worker.js";
import type { FitOptions, History } from "./options/fit-options.js";
import { planFit } from "./options/fit-plan.js";

/** One training run over one set of data. */
export class Training {
  readonly #config: Required<GruConfig>;
  readonly #data: TrainingData;
  readonly #run: Run;
  #remote: RemoteRun | undefined;
  #disposed = false;

  /**
   * `throttle` is called after each epoch; training waits for the promise that it may return.
   * @throws TypeError or RangeError for invalid options or data; FormatError for a checkpoint that cannot be read.
   */
  constructor(
    { network, config, executor }: { network: Network; config: Required<GruConfig>; executor: Executor },
    data: TrainingData,
    options: FitOptions,
    throttle?: () => Promise<void> | undefined,
  ) {
    this.#config = config;
    this.#data = data;
    const plan = planFit(config, data, options);
    const state = new TrainingState(network, config, plan, options.resume);
    const throwIfStopped = () => this.#throwIfStopped();
    this.#run = { network, seed: config.seed, plan, options, state, executor, throwIfStopped, throttle };
  }

  /** Trains to the last epoch. */
  async run(): Promise<History> {
    const { options, state } = this.#run;
    const onStart = (remote: RemoteRun) => {
      this.#remote = remote;
    };
    try {
      const remote = options.worker ? await trainInWorker(this.#run, this.#config, this.#data, onStart) : undefined;
      const threads = remote ?? (await trainHere(this.#run));
      state.restoreBest();
      const { loss, validationLoss, learningRate, stopping } = state.progress;
      const best = stopping.best !== null && { best: { epoch: stopping.epoch, loss: stopping.best } };
      return { loss, validationLoss, learningRate, ...best, threads, worker: remote !== undefined };
    } catch (error) {
      this.#throwIfDisposed();
      throw error;
    }
  }

  /** The bytes of a checkpoint, for `resume`. */
  checkpoint(): Uint8Array {
    return this.#run.state.checkpoint();
  }

  /** Copies of the state of the run. */
  snapshot(): Snapshot {
    return this.#run.state.snapshot();
  }

  /** Ends the run with an error, because its network is no longer usable, and terminates its worker. */
  dispose(): void {
    this.#disposed = true;
    this.#remote?.end(new Error("the network was disposed"));
  }

  #throwIfStopped(): void {
    this.#run.options.signal?.throwIfAborted();
    this.#throwIfDisposed();
  }

  #throwIfDisposed(): void {
    if (this.#disposed)
      throw new Error("fit: the network was disposed during training; call dispose() after fit has resolved");
  }
}
