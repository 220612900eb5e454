import type { GruConfig } from "../config/config.js";
import type { Network } from "../network/network.js";
import type { TrainingData } from "../tensors/sequences.js";
import { type Snapshot, TrainingState } from "./checkpoint/training-state.js";
import type { Executor, RemoteRun } from "./executor.js";
import { type Run, trainHere } from "./loop/train-here.js";
import { trainInWorker } from "./loop/train-in-worker.js";
import { copyData } from "./options/copy-data.js";
import type { FitOptions, History } from "./options/fit-options.js";
import { planFit } from "./options/fit-plan.js";
import { resolveResume } from "./options/resume-options.js";

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
    givenData: TrainingData,
    given: FitOptions,
    throttle?: () => Promise<void> | undefined,
  ) {
    this.#config = config;
    const { options: changed, resume } = resolveResume(given ?? {});
    const { validation, initialState } = changed;
    // a worker gets the data after this call
    const data = changed.worker ? copyData(givenData) : givenData;
    const options = changed.worker
      ? { ...changed, validation: copyData(validation), initialState: copyData(initialState) }
      : changed;
    this.#data = data;
    const plan = planFit(config, data, given === undefined ? given : options);
    const state = new TrainingState(network, config, plan, resume);
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
      const inWorker = remote && "threads" in remote ? remote : undefined;
      const { threads, unavailable = remote?.unavailable } = inWorker ?? (await trainHere(this.#run));
      state.restoreBest();
      const { loss, validationLoss, learningRate, stopping } = state.progress;
      const best = stopping.best !== null && { best: { epoch: stopping.epoch, loss: stopping.best } };
      const fallback = unavailable !== undefined && { fallback: unavailable };
      return { loss, validationLoss, learningRate, ...best, threads, worker: inWorker !== undefined, ...fallback };
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
