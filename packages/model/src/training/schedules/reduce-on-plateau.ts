import { expectInteger, expectKeys, expectNonNegative, expectNumber, expectOneOf } from "@sluice/kernel-wasm/checks";

const THRESHOLD_MODES = ["relative", "absolute"] as const;

/** Multiplies the rate by `factor` when the loss stops falling, as torch.optim.lr_scheduler.ReduceLROnPlateau does. */
export interface ReduceOnPlateau {
  readonly kind: "plateau";
  readonly factor: number;
  readonly patience: number;
  readonly threshold: number;
  readonly thresholdMode: (typeof THRESHOLD_MODES)[number];
  readonly cooldown: number;
  readonly minimum: number;
}

export interface ReduceOnPlateauOptions {
  /** 0.1 by default. */
  readonly factor?: number;
  /** The rate is reduced after more than this many losses in a row that are no improvement; 10 by default. */
  readonly patience?: number;
  /** How far a loss must be below the best to be an improvement; 1e-4 by default. */
  readonly threshold?: number;
  /** Whether the threshold is relative to the best loss; `relative` by default. */
  readonly thresholdMode?: (typeof THRESHOLD_MODES)[number];
  /** Losses after a reduction that are not counted; 0 by default. */
  readonly cooldown?: number;
  /** The lowest rate; 0 by default. */
  readonly minimum?: number;
}

/** The state of a plateau schedule. */
export interface PlateauState {
  readonly rate: number;
  /** The best loss so far; null before the first. */
  readonly best: number | null;
  /** Losses since the best. */
  readonly bad: number;
  /** Losses that are not counted yet. */
  readonly cooldown: number;
}

/** The smallest change of the rate, as in PyTorch. */
const SMALLEST_CHANGE = 1e-8;

/**
 * Monitors the validation loss of each epoch with validation or, without validation data, the training loss.
 * @throws TypeError or RangeError for a factor outside (0, 1), a patience or cooldown that is not an integer, or a negative threshold or minimum.
 */
export function reduceOnPlateau(options: ReduceOnPlateauOptions = {}): ReduceOnPlateau {
  const keys = ["factor", "patience", "threshold", "thresholdMode", "cooldown", "minimum"];
  expectKeys("reduceOnPlateau", options, keys);
  const { factor = 0.1, patience = 10, threshold = 1e-4, thresholdMode = "relative" } = options;
  const { cooldown = 0, minimum = 0 } = options;
  expectNumber("factor", factor, (x) => x > 0 && x < 1, "a number between 0 and 1");
  expectInteger("patience", patience, 0);
  expectNonNegative("threshold", threshold);
  expectOneOf("thresholdMode", thresholdMode, THRESHOLD_MODES);
  expectInteger("cooldown", cooldown, 0);
  expectNonNegative("minimum", minimum);
  return { kind: "plateau", factor, patience, threshold, thresholdMode, cooldown, minimum };
}

/** The state before the first loss. */
export function initialPlateau(rate: number): PlateauState {
  return { rate, best: null, bad: 0, cooldown: 0 };
}

/** The state after another loss. */
export function plateauAfter(schedule: ReduceOnPlateau, state: PlateauState, loss: number): PlateauState {
  const { factor, patience, threshold, thresholdMode, minimum } = schedule;
  const limit = (best: number) => (thresholdMode === "relative" ? best * (1 - threshold) : best - threshold);
  const improved = Number.isFinite(loss) && (state.best === null || loss < limit(state.best));
  const best = improved ? loss : state.best;
  const cooldown = Math.max(0, state.cooldown - 1);
  const bad = improved || state.cooldown > 0 ? 0 : state.bad + 1;
  if (bad <= patience) return { rate: state.rate, best, bad, cooldown };
  const lower = Math.max(state.rate * factor, minimum);
  const rate = state.rate - lower > SMALLEST_CHANGE ? lower : state.rate;
  return { rate, best, bad: 0, cooldown: schedule.cooldown };
}
