import { expectInteger, expectKeys, expectNumber } from "@sluice/kernel-wasm/checks";

/** Ends training once the loss has stopped falling: the validation loss or, without validation data, the training loss. */
export interface EarlyStopping {
  /** Losses in a row without a fall after which training ends: a whole number above 0. */
  readonly patience: number;
  /** How far below the best a loss must be to count as a fall; 0 by default. */
  readonly minDelta?: number;
  /** Leaves the network with the weights after the best epoch, however training ends but by an error; true by default. */
  readonly restoreBest?: boolean;
}

/** How long ago the loss last fell. */
export interface StoppingState {
  /** The lowest loss that counted as a fall; null before the first. */
  readonly best: number | null;
  /** The epoch of it, counted from 0. */
  readonly epoch: number;
  /** Losses since then. */
  readonly bad: number;
}

export const STOPPING_START: StoppingState = { best: null, epoch: 0, bad: 0 };

export function resolveEarlyStopping(options: EarlyStopping): Required<EarlyStopping> {
  expectKeys("earlyStopping", options, ["patience", "minDelta", "restoreBest"]);
  const { patience, minDelta = 0, restoreBest = true } = options;
  expectInteger("earlyStopping.patience", patience, 1, 0x80000000);
  expectNumber("earlyStopping.minDelta", minDelta, (x) => x >= 0, "a number of at least 0");
  return { patience, minDelta, restoreBest };
}

/** The state after an epoch's loss; `bad` is 0 where it fell. */
export function stoppingAfter(
  { minDelta }: Required<EarlyStopping>,
  { best, epoch: bestEpoch, bad }: StoppingState,
  loss: number,
  epoch: number,
): StoppingState {
  const fell = Number.isFinite(loss) && (best === null || loss < best - minDelta);
  return fell ? { best: loss, epoch, bad: 0 } : { best, epoch: bestEpoch, bad: bad + 1 };
}
