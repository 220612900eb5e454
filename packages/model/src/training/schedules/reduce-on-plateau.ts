import { expectInteger, expectKeys, expectNumber, expectOneOf } from "@sluice/kernel-wasm/checks";

/** The rate times `factor` where the loss has not fallen for a while, as torch.optim.lr_scheduler.ReduceLROnPlateau has it. */
export interface ReduceOnPlateau {
  readonly kind: "plateau";
  readonly factor: number;
  readonly patience: number;
  readonly threshold: number;
  readonly thresholdMode: "relative" | "absolute";
  readonly cooldown: number;
  readonly minimum: number;
}

export interface ReduceOnPlateauOptions {
  /** 0.1 by default. */
  readonly factor?: number;
  /** Losses in a row without a fall that are still accepted; 10 by default. */
  readonly patience?: number;
  /** How far below the best a loss must be to count as a fall; 1e-4 by default. */
  readonly threshold?: number;
  /** A share of the best, or a loss; `relative` by default. */
  readonly thresholdMode?: "relative" | "absolute";
  /** Losses after a reduction that do not count; 0 by default. */
  readonly cooldown?: number;
  /** The rate falls no further; 0 by default. */
  readonly minimum?: number;
}

/** Where such a schedule stands. */
export interface PlateauState {
  readonly rate: number;
  /** The lowest loss that counted as a fall; null before the first. */
  readonly best: number | null;
  /** Losses since then. */
  readonly bad: number;
  /** Losses that do not count yet. */
  readonly cooldown: number;
}

/** A smaller change of the rate is not made: PyTorch's own bound. */
const SMALLEST = 1e-8;

/**
 * Looks at the validation loss of each epoch that has one or, without validation data, at the training loss.
 * @throws RangeError for a factor outside (0, 1), counts that are no whole numbers, or a negative threshold or minimum.
 */
export function reduceOnPlateau(options: ReduceOnPlateauOptions = {}): ReduceOnPlateau {
  const keys = ["factor", "patience", "threshold", "thresholdMode", "cooldown", "minimum"];
  expectKeys("reduceOnPlateau", options, keys);
  const { factor = 0.1, patience = 10, threshold = 1e-4, thresholdMode = "relative" } = options;
  const { cooldown = 0, minimum = 0 } = options;
  expectNumber("factor", factor, (x) => x > 0 && x < 1, "a number between 0 and 1");
  expectInteger("patience", patience, 0, 0x80000000);
  expectNumber("threshold", threshold, (x) => x >= 0, "a number of at least 0");
  expectOneOf("thresholdMode", thresholdMode, ["relative", "absolute"]);
  expectInteger("cooldown", cooldown, 0, 0x80000000);
  expectNumber("minimum", minimum, (x) => x >= 0, "a number of at least 0");
  return { kind: "plateau", factor, patience, threshold, thresholdMode, cooldown, minimum };
}

/** Before the first loss. */
export function plateauFrom(rate: number): PlateauState {
  return { rate, best: null, bad: 0, cooldown: 0 };
}

/** After another loss. */
export function plateauAfter(schedule: ReduceOnPlateau, state: PlateauState, loss: number): PlateauState {
  const { factor, patience, threshold, thresholdMode, minimum } = schedule;
  const bar = (best: number) => (thresholdMode === "relative" ? best * (1 - threshold) : best - threshold);
  const fell = Number.isFinite(loss) && (state.best === null || loss < bar(state.best));
  const best = fell ? loss : state.best;
  const cooldown = Math.max(0, state.cooldown - 1);
  const bad = fell || state.cooldown > 0 ? 0 : state.bad + 1;
  if (bad <= patience) return { rate: state.rate, best, bad, cooldown };
  const lower = Math.max(state.rate * factor, minimum);
  const rate = state.rate - lower > SMALLEST ? lower : state.rate;
  return { rate, best, bad: 0, cooldown: schedule.cooldown };
}
