import type { TrainingData } from "../../tensors/sequences.js";
import type { Clip } from "../gradients/clip.js";
import type { Schedule } from "../schedules/schedule.js";
import type { EarlyStopping } from "./early-stopping.js";

/** What may differ from the run of the checkpoint; these values replace those of the options. `null` removes an option. */
export interface ResumeChange {
  /** The optimizer's learning rate; its moments are kept. */
  readonly learningRate?: number | undefined;
  /** Counts epochs and updates from the beginning of the run. */
  readonly schedule?: Schedule | null | undefined;
  readonly clip?: Clip | null | undefined;
  /** The best weights and the losses since them are kept. */
  readonly earlyStopping?: EarlyStopping | null | undefined;
  /** Early stopping and a plateau schedule then start again, because their losses are of other data. */
  readonly validation?: TrainingData | null | undefined;
  readonly validationEvery?: number | undefined;
  /** Whether the training data may be others of the same shape. */
  readonly data?: boolean | undefined;
}

/** A checkpoint to resume from, and what changes. */
export interface Resume {
  readonly checkpoint: Uint8Array;
  readonly change?: ResumeChange | undefined;
}
