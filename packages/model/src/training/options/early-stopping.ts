import { expectInteger, expectKeys, expectNonNegative } from "@sluice/kernel-wasm/checks";

/** Ends training when the monitored loss stops falling: the validation loss or, without validation data, the training loss. */
export interface EarlyStopping {
  /** Training ends after this many losses in a row that are no improvement: an integer of at least 1. */
  readonly patience: number;
  /** How far a loss must be below the best to be an improvement; 0 by default. */
  readonly minDelta?: number;
  /** Whether `fit` leaves the network with the weights after the best epoch, unless it rejects; true by default. */
  readonly restoreBest?: boolean;
}

/** The state of early stopping. */
export interface StoppingState {
  /** The best loss so far; null before the first. */
  readonly best: number | null;
  /** The epoch of the best loss, counted from 0. */
  readonly epoch: number;
  /** Losses since the best. */
  readonly bad: number;
}

export const INITIAL_STOPPING: StoppingState = { best: null, epoch: 0, bad: 0 };

export function resolveEarlyStopping(options: EarlyStopping): Required<EarlyStopping> {
  expectKeys("earlyStopping", options, ["patience", "minDelta", "restoreBest"]);
  const { patience, minDelta = 0, restoreBest = true } = options;
  expectInteger("earlyStopping.patience", patience, 1);
  expectNonNegative("earlyStopping.minDelta", minDelta);
  return { patience, minDelta, restoreBest };
}

/** The state after the loss of an epoch; `bad` is 0 if it is an improvement. */
export function stoppingAfter(
  { minDelta }: Required<EarlyStopping>,
  { best, epoch: bestEpoch, bad }: StoppingState,
  loss: number,
  epoch: number,
): StoppingState {
  const improved = Number.isFinite(loss) && (best === null || loss < best - minDelta);
  return improved ? { best: loss, epoch, bad: 0 } : { best, epoch: bestEpoch, bad: bad + 1 };
}
