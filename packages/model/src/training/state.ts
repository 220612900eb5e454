import type { GruConfig } from "../network/config.js";
import type { Network } from "../network/network.js";
import { batchesOf } from "./batches.js";
import { type Blocks, readCheckpoint, writeCheckpoint } from "./checkpoint.js";
import { STOPPING_START } from "./early-stopping.js";
import { carries, type FitPlan } from "./fit-plan.js";
import type { Progress } from "./progress.js";
import { plateauStart } from "./schedule.js";

/** Where a run stands, in copies: all of a checkpoint but the history. */
export interface Snapshot {
  readonly progress: Omit<Progress, "loss" | "validationLoss" | "learningRate" | "settings">;
  readonly blocks: Blocks;
}

/** Where a training run stands: its progress; parameters and moments in the network's memory; and what is kept beside them. */
export class TrainingState {
  readonly progress: Progress;
  /** The sum of the gradients of the batches that wait for their update: the kernel's own may hold a part of the next. */
  gradient: Float32Array | undefined;
  /** States (tracks, rows, H) where the next batch goes on; the kernel's own may be those after a part of it. */
  carried: Float32Array | undefined;
  readonly #network: Network;
  readonly #config: Required<GruConfig>;
  /** The parameters after the best epoch. */
  #best: Float32Array | undefined;
  /** Those after the last, once the best are in their place. */
  #last: Float32Array | undefined;

  /**
   * The beginning of a run, or where a checkpoint stood.
   * @throws RangeError for a checkpoint of another run.
   */
  constructor(network: Network, config: Required<GruConfig>, plan: FitPlan, resume: Uint8Array | undefined) {
    this.#network = network;
    this.#config = config;
    const { kernel, parameters, moments, layout } = network;
    const { optimizer, schedule, settings } = plan;
    if (plan.accumulate > 1) this.gradient = new Float32Array(parameters.length);
    if (carries(plan)) this.carried = new Float32Array(layout.tracks.length * plan.batchSize * config.hiddenSize);
    if (resume) {
      const { progress, blocks } = readCheckpoint(resume, config, {
        settings,
        batches: batchesOf(plan),
        accumulate: plan.accumulate,
        plateau: plateauStart(schedule, optimizer.learningRate) !== null,
        parameters: parameters.length,
        carried: this.carried?.length ?? 0,
        keepsBest: plan.earlyStopping?.restoreBest ?? false,
      });
      this.progress = progress;
      this.#place(blocks);
      return;
    }
    for (const moment of moments) kernel.floats(moment).fill(0);
    this.progress = {
      ...{ epoch: 0, batch: 0, counted: 0, waiting: 0, updates: 0, lossSum: 0, gradientNorm: 0 },
      ...{ loss: [], validationLoss: [], learningRate: [] },
      plateau: plateauStart(schedule, optimizer.learningRate),
      stopping: STOPPING_START,
      settings,
    };
  }

  /** Everything from which `resume` goes on. */
  checkpoint(): Uint8Array {
    return writeCheckpoint(this.#config, this.progress, this.#blocks());
  }

  snapshot(): Snapshot {
    const { loss: _l, validationLoss: _v, learningRate: _r, settings: _s, ...progress } = this.progress;
    const copies = Object.entries(this.#blocks()).flatMap(([name, block]) => (block ? [[name, block.slice()]] : []));
    return { progress, blocks: Object.fromEntries(copies) as unknown as Blocks };
  }

  /** Goes where another run of the same kind stands; the history is told apart. */
  adopt({ progress, blocks }: Snapshot): void {
    Object.assign(this.progress, progress);
    this.#place(blocks);
  }

  /** The parameters are the best so far. */
  keepBest(): void {
    this.#best = this.#network.kernel.floats(this.#network.parameters).slice();
  }

  /** Puts the best parameters into the network; a checkpoint goes on from the last. */
  restoreBest(): void {
    if (!this.#best) return;
    const numbers = this.#network.kernel.floats(this.#network.parameters);
    this.#last = numbers.slice();
    numbers.set(this.#best);
    this.#network.changed();
  }

  /** Views of the network's memory, and what is kept beside them. */
  #blocks(): Blocks {
    const { kernel, parameters, moments } = this.#network;
    return {
      parameters: this.#last ?? kernel.floats(parameters),
      firstMoment: kernel.floats(moments[0]),
      secondMoment: kernel.floats(moments[1]),
      gradient: this.progress.waiting > 0 ? this.gradient : undefined,
      carried: this.progress.batch > 0 ? this.carried : undefined,
      best: this.#best,
    };
  }

  #place(blocks: Blocks): void {
    const { kernel, parameters, moments } = this.#network;
    kernel.floats(parameters).set(blocks.parameters);
    kernel.floats(moments[0]).set(blocks.firstMoment);
    kernel.floats(moments[1]).set(blocks.secondMoment);
    if (blocks.gradient) this.gradient = blocks.gradient;
    if (blocks.carried) this.carried = blocks.carried;
    this.#best = blocks.best;
    this.#network.changed();
  }
}
