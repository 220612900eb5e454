import type { Block } from "@sluice/kernel-wasm";
import { DivergedError } from "../errors.js";
import { defaultConvention, type TensorSpec, tensorSpecs } from "../formats/conventions.js";
import type { Network } from "../network/network.js";
import { batchesOf } from "./batches.js";
import { stoppingAfter } from "./early-stopping.js";
import type { EpochEvent, FitOptions } from "./fit-options.js";
import type { FitPlan } from "./fit-plan.js";
import { nonFiniteTensor } from "./non-finite.js";
import { plateauNext, rateAt } from "./schedule.js";
import type { TrainingState } from "./state.js";
import { update } from "./update.js";

/** What follows from the loss of a batch, and of an epoch: updates, rates, an early end. */
export class Course {
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

  /** The loss has not fallen for too long. */
  get stopped(): boolean {
    const { earlyStopping } = this.#plan;
    return earlyStopping !== null && this.#state.progress.stopping.bad >= earlyStopping.patience;
  }

  /** Takes the gradient of a batch with its loss, if anything of it counts; the last of an update's batches moves the parameters. */
  endBatch(gradient: Block, loss: number | undefined): void {
    const { progress } = this.#state;
    const { kernel, parameters, moments } = this.#network;
    const { accumulate, optimizer } = this.#plan;
    const { clip, regularize, onBatch } = this.#options;
    const { epoch, batch, updates } = progress;
    const batches = batchesOf(this.#plan);
    const counts = loss !== undefined;
    if (counts && !Number.isFinite(loss)) this.#diverged("the loss", loss);
    if (counts) this.#expectFinite("the gradient of ", gradient, loss);
    const learningRate = this.#rate(updates);
    const last = batch + 1 === batches;
    const waiting = progress.waiting + Number(counts);
    const moves = waiting > 0 && (last || waiting === accumulate);
    // where weights may leave the last batches out, any update may be the epoch's last
    const measured = last || onBatch !== undefined || this.#plan.training.data.weights !== undefined;
    if (moves) {
      const step = { batches: waiting, regularize, clip, step: updates + 1, measured };
      const optimizerNow = { ...optimizer, learningRate };
      const norm = update(this.#network, gradient, this.#tensors, { ...step, optimizer: optimizerNow });
      for (const [of, block] of [
        ["", parameters],
        ["the first moment of ", moments[0]],
        ["the second moment of ", moments[1]],
      ] as const)
        this.#expectFinite(of, block, loss ?? 0);
      if (measured) progress.gradientNorm = norm;
      progress.updates++;
    } else if (counts) {
      this.#state.gradient!.set(kernel.floats(gradient));
    }
    progress.waiting = moves ? 0 : waiting;
    progress.batch++;
    if (!counts) return;
    progress.lossSum += loss;
    progress.counted++;
    onBatch?.({ epoch, batch, batches, loss, learningRate, ...(moves && { gradientNorm: progress.gradientNorm }) });
  }

  /** Whether the epoch under way ends with a look at the validation data. */
  get validates(): boolean {
    const { epochs, validationEvery = 1 } = this.#options;
    const { epoch } = this.#state.progress;
    return this.#plan.validation !== undefined && ((epoch + 1) % validationEvery === 0 || epoch + 1 === epochs);
  }

  endEpoch(validationLoss: number | undefined): EpochEvent {
    const { progress } = this.#state;
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
    const { progress } = this.#state;
    const { schedule, earlyStopping } = this.#plan;
    progress.plateau = plateauNext(schedule, progress.plateau, loss);
    if (!earlyStopping) return;
    progress.stopping = stoppingAfter(earlyStopping, progress.stopping, loss, progress.epoch);
    if (earlyStopping.restoreBest && progress.stopping.bad === 0) this.#state.keepBest();
  }

  /** The learning rate of an update of this epoch. */
  #rate(update: number): number {
    const { epoch, plateau } = this.#state.progress;
    const { optimizer, schedule } = this.#plan;
    return rateAt(schedule, optimizer.learningRate, { epoch, update, plateau });
  }

  #expectFinite(of: string, block: Block, loss: number): void {
    const name = nonFiniteTensor(this.#network.kernel, block, this.#tensors);
    if (name !== undefined) this.#diverged(of + name, loss);
  }

  #diverged(tensor: string, loss: number): never {
    const { epoch, batch } = this.#state.progress;
    throw new DivergedError(epoch, batch, tensor, loss);
  }
}
