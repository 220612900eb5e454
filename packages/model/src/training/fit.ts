import type { GruConfig } from "../network/config.js";
import type { Network } from "../network/network.js";
import type { TrainingData } from "../sequences.js";
import type { RemoteRun } from "../threads/remote-run.js";
import type { FitOptions, History } from "./fit-options.js";
import { planOf } from "./fit-plan.js";
import { type Snapshot, TrainingState } from "./state.js";
import { type Run, trainHere } from "./train-here.js";
import { trainInWorker } from "./train-in-worker.js";

/** One training run over one set of data. */
export class Training {
  readonly #config: Required<GruConfig>;
  readonly #data: TrainingData;
  readonly #run: Run;
  #remote: RemoteRun | undefined;
  #disposed = false;

  /**
   * `pace` holds training back after an epoch, where it gives something to wait for.
   * @throws TypeError or RangeError for options or data that do not fit.
   */
  constructor(
    network: Network,
    config: Required<GruConfig>,
    data: TrainingData,
    options: FitOptions,
    pace?: () => Promise<void> | undefined,
  ) {
    this.#config = config;
    this.#data = data;
    const plan = planOf(config, data, options);
    const state = new TrainingState(network, config, plan, options.resume);
    this.#run = { network, seed: config.seed, plan, options, state, check: () => this.#throwIfEnded(), pace };
  }

  /** Goes on to the last epoch. */
  async run(): Promise<History> {
    const { options, state } = this.#run;
    const begun = (remote: RemoteRun) => {
      this.#remote = remote;
    };
    try {
      const remote = options.worker ? await trainInWorker(this.#run, this.#config, this.#data, begun) : undefined;
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

  /** Everything from which `resume` goes on. */
  checkpoint(): Uint8Array {
    return this.#run.state.checkpoint();
  }

  /** Where the run stands, in copies. */
  snapshot(): Snapshot {
    return this.#run.state.snapshot();
  }

  /** The network is gone: training stops with an error, and its workers with it. */
  dispose(): void {
    this.#disposed = true;
    this.#remote?.end(new Error("the network was disposed"));
  }

  #throwIfEnded(): void {
    this.#run.options.signal?.throwIfAborted();
    this.#throwIfDisposed();
  }

  #throwIfDisposed(): void {
    if (this.#disposed) throw new Error("fit: expected a network until its training ends, got one that was disposed");
  }
}
