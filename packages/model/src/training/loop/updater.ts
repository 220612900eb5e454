import type { Block } from "@sluice/kernel-wasm";
import { DivergedError } from "../../errors/diverged-error.js";
import { defaultConvention, type TensorSpec, tensorSpecs } from "../../formats/conventions.js";
import type { Network } from "../../network/network.js";
import { recordEpoch } from "../checkpoint/progress.js";
import type { TrainingState } from "../checkpoint/training-state.js";
import { nonFiniteTensor } from "../gradients/non-finite.js";
import { update } from "../gradients/update.js";
import { stoppingAfter } from "../options/early-stopping.js";
import type { EpochEvent, FitOptions } from "../options/fit-options.js";
import type { FitPlan } from "../options/fit-plan.js";
import { plateauNext, rateAt } from "../schedules/schedule.js";
import { batchesPerEpoch } from "./batches.js";

/** Applies the gradient of each batch, and the loss of each epoch to the schedule and to early stopping. */
export class Updater {
  readonly #network: Network;
  readonly #plan: FitPlan;
  readonly #options: FitOptions;
  readonly #state: TrainingState;
  readonly #tensors: readonly TensorSpec[];

  constructor(network: Network, plan: FitPlan, options: FitOptions, state: TrainingState) {
    this.#network = network;
    this.#plan = plan;
    this.#options = options;
    this.#state = state;
    this.#tensors = tensorSpecs(network.shape, defaultConvention(network.shape.cell));
  }

  /** Whether early stopping ends training now. */
  get stoppedEarly(): boolean {
    const { earlyStopping } = this.#plan;
    return earlyStopping !== null && this.#state.progress.stopping.bad >= earlyStopping.patience;
  }

  /**
   * Takes the gradient and loss of a batch; the loss is undefined if all its weights are 0. The last batch of an update changes the parameters.
   * @throws DivergedError if the loss, the gradient, a parameter or a moment is not finite.
   */
  endBatch(gradient: Block, loss: number | undefined): void {
    const { progress } = this.#state;
    const { kernel, parameters, moments } = this.#network;
    const { accumulate, optimizer } = this.#plan;
    const { clip, regularize, onBatch } = this.#options;
    const { epoch, batch, updates } = progress;
    const batches = batchesPerEpoch(this.#plan);
    const hasLoss = loss !== undefined;
    if (hasLoss && !Number.isFinite(loss)) this.#throwDiverged("the loss", loss);
    if (hasLoss) this.#expectFinite("the gradient of ", gradient, loss);
    const learningRate = this.#rate(updates);
    const last = batch + 1 === batches;
    const waiting = progress.waiting + Number(hasLoss);
    const updatesNow = waiting > 0 && (last || waiting === accumulate);
    // with weights, the remaining batches may have no loss, so any update may be the last of its epoch
    const measured = last || onBatch !== undefined || this.#plan.training.data.weights !== undefined;
    if (updatesNow) {
      const norm = update(this.#network, gradient, this.#tensors, {
        batches: waiting,
        regularize,
        clip,
        optimizer: { ...optimizer, learningRate },
        step: updates + 1,
        measured,
      });
      for (const [prefix, block] of [
        ["", parameters],
        ["the first moment of ", moments[0]],
        ["the second moment of ", moments[1]],
      ] as const)
        this.#expectFinite(prefix, block, loss ?? 0);
      if (measured) progress.gradientNorm = norm;
      progress.updates++;
    } else if (hasLoss) {
      this.#state.gradient!.set(kernel.floats(gradient));
    }
    progress.waiting = updatesNow ? 0 : waiting;
    progress.batch++;
    if (!hasLoss) return;
    progress.lossSum += loss;
    progress.counted++;
    const norm = updatesNow && { gradientNorm: progress.gradientNorm };
    onBatch?.({ epoch, batch, batches, loss, learningRate, ...norm });
  }

  /** Whether the current epoch ends with an evaluation of the validation data. */
  get validationDue(): boolean {
    const { epochs, validationEvery = 1 } = this.#options;
    const { epoch } = this.#state.progress;
    return this.#plan.validation !== undefined && ((epoch + 1) % validationEvery === 0 || epoch + 1 === epochs);
  }

  /** Records the epoch and updates the schedule and early stopping. */
  endEpoch(validationLoss: number | undefined): EpochEvent {
    const { progress } = this.#state;
    const { epochs } = this.#options;
    const { epoch, gradientNorm } = progress;
    const loss = progress.counted > 0 ? progress.lossSum / progress.counted : 0;
    const learningRate = this.#rate(Math.max(0, progress.updates - 1));
    const validation = validationLoss !== undefined && { validationLoss };
    const event = { epoch, epochs, loss, learningRate, gradientNorm, ...validation };
    recordEpoch(progress, event);
    const monitored = this.#plan.validation ? validationLoss : loss;
    if (monitored !== undefined) this.#monitor(monitored);
    progress.lossSum = 0;
    progress.counted = 0;
    progress.batch = 0;
    progress.epoch++; // before `onEpoch`: a checkpoint taken there resumes with the next epoch
    return event;
  }

  /** Passes the monitored loss of an epoch to a plateau schedule and to early stopping. */
  #monitor(loss: number): void {
    const { progress } = this.#state;
    const { schedule, earlyStopping } = this.#plan;
    progress.plateau = plateauNext(schedule, progress.plateau, loss);
    if (!earlyStopping) return;
    progress.stopping = stoppingAfter(earlyStopping, progress.stopping, loss, progress.epoch);
    if (earlyStopping.restoreBest && progress.stopping.bad === 0) this.#state.saveBest();
  }

  /** The learning rate of an update of this epoch. */
  #rate(update: number): number {
    const { epoch, plateau } = this.#state.progress;
    const { optimizer, schedule } = this.#plan;
    return rateAt(schedule, optimizer.learningRate, { epoch, update, plateau });
  }

  #expectFinite(prefix: string, block: Block, loss: number): void {
    const name = nonFiniteTensor(this.#network.kernel, block, this.#tensors);
    if (name !== undefined) this.#throwDiverged(prefix + name, loss);
  }

  #throwDiverged(tensor: string, loss: number): never {
    const { epoch, batch } = this.#state.progress;
    throw new DivergedError(epoch, batch, tensor, loss);
  }
}
