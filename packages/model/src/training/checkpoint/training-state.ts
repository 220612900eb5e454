import type { GruConfig } from "../../config/config.js";
import type { Network } from "../../network/network.js";
import { batchesPerEpoch } from "../loop/batches.js";
import { INITIAL_STOPPING } from "../options/early-stopping.js";
import { carriesState, type FitPlan } from "../options/fit-plan.js";
import { plateauStart } from "../schedules/schedule.js";
import { type Blocks, readCheckpoint, writeCheckpoint } from "./checkpoint.js";
import type { Progress } from "./progress.js";

/** Copies of the state of a run: a checkpoint without its history. */
export interface Snapshot {
  readonly progress: Omit<Progress, "loss" | "validationLoss" | "learningRate" | "settings">;
  readonly blocks: Blocks;
}

/** The state of a training run: its progress, parameters and moments in the network's memory, and further arrays. */
export class TrainingState {
  readonly progress: Progress;
  /** The sum of the accumulated gradients. The block in the kernel may also hold part of the next batch. */
  gradient: Float32Array | undefined;
  /** States (tracks, rows, H) from which the next batch starts. The block in the kernel may hold those after part of that batch. */
  carried: Float32Array | undefined;
  readonly #network: Network;
  readonly #config: Required<GruConfig>;
  /** The parameters after the best epoch. */
  #best: Float32Array | undefined;
  /** The parameters after the last epoch, once `restoreBest` has replaced them in the network. */
  #last: Float32Array | undefined;

  /**
   * Starts a run, or resumes one from a checkpoint.
   * @throws FormatError for an invalid checkpoint; CheckpointMismatchError for one of another run.
   */
  constructor(network: Network, config: Required<GruConfig>, plan: FitPlan, resume: Uint8Array | undefined) {
    this.#network = network;
    this.#config = config;
    const { kernel, parameters, moments, layout } = network;
    const { optimizer, schedule, settings } = plan;
    if (plan.accumulate > 1) this.gradient = new Float32Array(parameters.length);
    if (carriesState(plan))
      this.carried = new Float32Array(layout.tracks.length * plan.batchSize * config.hiddenSize);
    if (resume) {
      const { progress, blocks } = readCheckpoint(resume, config, {
        settings,
        batches: batchesPerEpoch(plan),
        accumulate: plan.accumulate,
        plateau: plateauStart(schedule, optimizer.learningRate) !== null,
        parameters: parameters.length,
        carried: this.carried?.length ?? 0,
        keepsBest: plan.earlyStopping?.restoreBest ?? false,
      });
      this.progress = progress;
      this.#write(blocks);
      return;
    }
    for (const moment of moments) kernel.floats(moment).fill(0);
    this.progress = {
      ...{ epoch: 0, batch: 0, counted: 0, waiting: 0, updates: 0, lossSum: 0, gradientNorm: 0 },
      ...{ loss: [], validationLoss: [], learningRate: [] },
      plateau: plateauStart(schedule, optimizer.learningRate),
      stopping: INITIAL_STOPPING,
      settings,
    };
  }

  /** The bytes of a checkpoint, for `resume`. */
  checkpoint(): Uint8Array {
    return writeCheckpoint(this.#config, this.progress, this.#blocks());
  }

  snapshot(): Snapshot {
    const { loss: _l, validationLoss: _v, learningRate: _r, settings: _s, ...progress } = this.progress;
    const copies = Object.entries(this.#blocks()).flatMap(([name, block]) => (block ? [[name, block.slice()]] : []));
    return { progress, blocks: Object.fromEntries(copies) as unknown as Blocks };
  }

  /** Takes over the state of a run with the same settings; its history is not part of a snapshot. */
  restore({ progress, blocks }: Snapshot): void {
    Object.assign(this.progress, progress);
    this.#write(blocks);
  }

  /** Saves the current parameters as the best. */
  saveBest(): void {
    this.#best = this.#parameters.slice();
  }

  /** Writes the best parameters into the network. Checkpoints still hold the last ones. */
  restoreBest(): void {
    if (!this.#best) return;
    this.#last = this.#parameters.slice();
    this.#parameters.set(this.#best);
    this.#network.parametersChanged();
  }

  /** A view of the network's parameters. */
  get #parameters(): Float32Array {
    const { kernel, parameters } = this.#network;
    return kernel.floats(parameters);
  }

  /** Views of the network's memory, and the arrays beside it. */
  #blocks(): Blocks {
    const { kernel, moments } = this.#network;
    return {
      parameters: this.#last ?? this.#parameters,
      firstMoment: kernel.floats(moments[0]),
      secondMoment: kernel.floats(moments[1]),
      gradient: this.progress.waiting > 0 ? this.gradient : undefined,
      carried: this.progress.batch > 0 ? this.carried : undefined,
      best: this.#best,
    };
  }

  #write(blocks: Blocks): void {
    const { kernel, moments } = this.#network;
    this.#parameters.set(blocks.parameters);
    kernel.floats(moments[0]).set(blocks.firstMoment);
    kernel.floats(moments[1]).set(blocks.secondMoment);
    if (blocks.gradient) this.gradient = blocks.gradient;
    if (blocks.carried) this.carried = blocks.carried;
    this.#best = blocks.best;
    this.#network.parametersChanged();
  }
}
