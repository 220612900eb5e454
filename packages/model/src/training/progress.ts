import { expectInteger, expectNumber } from "@sluice/kernel-wasm/checks";
import type { StoppingState } from "./early-stopping.js";
import type { PlateauState } from "./schedules/reduce-on-plateau.js";

/** Where a training run stands: with its blocks of numbers, all that decides what comes next. */
export interface Progress {
  /** The epoch under way, counted from 0. */
  epoch: number;
  /** The batch of that epoch which comes next. */
  batch: number;
  /** Batches of that epoch in which anything counted. */
  counted: number;
  /** Batches whose gradients wait for their update. */
  waiting: number;
  /** Updates of the parameters so far. */
  updates: number;
  /** The sum of the losses of the epoch's batches before. */
  lossSum: number;
  /** The norm of the last gradient that was measured. */
  gradientNorm: number;
  /** The losses of the epochs before. */
  readonly loss: number[];
  readonly validationLoss: { epoch: number; loss: number }[];
  /** The learning rates of the last updates of the epochs before. */
  readonly learningRate: number[];
  /** The state of a plateau schedule; null where there is none. */
  plateau: PlateauState | null;
  stopping: StoppingState;
  /** What must be the same for the run to go on to the same bits. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** What decides which progress a run can have made. */
export interface RunShape {
  /** Batches of an epoch. */
  readonly batches: number;
  readonly accumulate: number;
  /** Whether its schedule looks at losses. */
  readonly plateau: boolean;
}

const MANY = Number.MAX_SAFE_INTEGER;
const finite = (name: string, value: unknown) => expectNumber(name, value, () => true, "a finite number");

/** @throws TypeError or RangeError for progress that no run of this shape can have made. */
export function checkProgress(progress: Progress, { batches, accumulate, plateau }: RunShape): void {
  const { epoch, batch, waiting, loss, learningRate, validationLoss, stopping } = progress;
  expectInteger("checkpoint epoch", epoch, 0, MANY);
  expectInteger("checkpoint batch", batch, 0, batches);
  expectInteger("checkpoint counted", progress.counted, 0, batch);
  expectInteger("checkpoint waiting", waiting, 0, Math.min(batch, accumulate - 1));
  expectInteger("checkpoint updates", progress.updates, 0, MANY);
  finite("checkpoint lossSum", progress.lossSum);
  finite("checkpoint gradientNorm", progress.gradientNorm);
  for (const [name, history] of [
    ["loss", loss],
    ["learning_rate", learningRate],
  ] as const) {
    expectInteger(`checkpoint history.${name}: numbers`, history.length, epoch, epoch);
    for (const value of history) finite(`checkpoint history.${name}`, value);
  }
  for (const { epoch: at } of validationLoss)
    expectInteger("checkpoint history.validation_loss: an epoch", at, 0, epoch - 1);
  checkLosses("stopping", stopping, ["epoch", "bad"]);
  if (plateau) {
    checkLosses("plateau", progress.plateau, ["bad", "cooldown"]);
    finite("checkpoint plateau.rate", progress.plateau?.rate);
  } else if (progress.plateau !== null) throw new TypeError("checkpoint plateau: expected none, got one");
}

/** What remembers the best of the losses, and counts of them. */
function checkLosses(name: string, state: object | null, counts: readonly string[]): void {
  if (typeof state !== "object" || state === null)
    throw new TypeError(`checkpoint ${name}: expected its state, got ${String(state)}`);
  const numbers = state as Readonly<Record<string, unknown>>;
  for (const count of counts) expectInteger(`checkpoint ${name}.${count}`, numbers[count], 0, MANY);
  if (numbers["best"] !== null) finite(`checkpoint ${name}.best`, numbers["best"]);
}
