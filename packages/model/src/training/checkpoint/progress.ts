import { expectInteger, expectNumber, isObject } from "@sluice/kernel-wasm/checks";
import type { StoppingState } from "../options/early-stopping.js";
import type { EpochEvent } from "../options/fit-options.js";
import type { PlateauState } from "../schedules/reduce-on-plateau.js";

/** The progress of a training run. Together with the tensors of a checkpoint it determines all further steps. */
export interface Progress {
  /** The current epoch, counted from 0. */
  epoch: number;
  /** The next batch of that epoch. */
  batch: number;
  /** Batches of that epoch with a loss. */
  counted: number;
  /** Batches whose gradients are accumulated for the next update. */
  waiting: number;
  /** Updates of the parameters so far. */
  updates: number;
  /** The sum of the losses of that epoch's batches so far. */
  lossSum: number;
  /** The gradient norm that was measured last. */
  gradientNorm: number;
  /** The loss of each completed epoch. */
  readonly loss: number[];
  readonly validationLoss: { epoch: number; loss: number }[];
  /** The learning rate of the last update of each completed epoch. */
  readonly learningRate: number[];
  /** The state of a plateau schedule; null for other schedules. */
  plateau: PlateauState | null;
  stopping: StoppingState;
  /** The options and sizes that must be the same to resume with the same bits. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** The limits of a run's progress. */
export interface ProgressLimits {
  /** Batches of an epoch. */
  readonly batches: number;
  readonly accumulate: number;
  /** Whether the run has a plateau schedule. */
  readonly plateau: boolean;
}

/** Adds a completed epoch to the history. */
export function recordEpoch({ loss, learningRate, validationLoss }: Progress, event: EpochEvent): void {
  loss.push(event.loss);
  learningRate.push(event.learningRate);
  if (event.validationLoss !== undefined) validationLoss.push({ epoch: event.epoch, loss: event.validationLoss });
}

const expectFiniteNumber = (name: string, value: unknown) => expectNumber(name, value, () => true, "a finite number");

/** @throws TypeError or RangeError for progress that no run within these limits can reach. */
export function checkProgress(progress: Progress, { batches, accumulate, plateau }: ProgressLimits): void {
  const { epoch, batch, waiting, loss, learningRate, validationLoss, stopping } = progress;
  expectInteger("epoch", epoch, 0);
  expectInteger("batch", batch, 0, batches);
  expectInteger("counted", progress.counted, 0, batch);
  expectInteger("waiting", waiting, 0, Math.min(batch, accumulate - 1));
  expectInteger("updates", progress.updates, 0);
  expectFiniteNumber("lossSum", progress.lossSum);
  expectFiniteNumber("gradientNorm", progress.gradientNorm);
  for (const [name, history] of [
    ["loss", loss],
    ["learning_rate", learningRate],
  ] as const) {
    expectInteger(`history.${name}: length`, history.length, epoch, epoch);
    for (const value of history) expectFiniteNumber(`history.${name}`, value);
  }
  for (const { epoch: at } of validationLoss) expectInteger("history.validation_loss: epoch", at, 0, epoch - 1);
  checkLossState("stopping", stopping, ["epoch", "bad"]);
  if (plateau) {
    checkLossState("plateau", progress.plateau, ["bad", "cooldown"]);
    expectFiniteNumber("plateau.rate", progress.plateau?.rate);
  } else if (progress.plateau !== null) throw new TypeError("plateau: expected null, got a state");
}

/** Checks the best loss, which may be null, and the counters beside it. */
function checkLossState(name: string, state: unknown, counters: readonly string[]): void {
  if (!isObject(state)) throw new TypeError(`${name}: expected an object, got ${String(state)}`);
  for (const counter of counters) expectInteger(`${name}.${counter}`, state[counter], 0);
  if (state["best"] !== null) expectFiniteNumber(`${name}.best`, state["best"]);
}
