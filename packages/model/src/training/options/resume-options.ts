import { expectKeys, expectPositive } from "@sluice/kernel-wasm/checks";
import type { TrainingData } from "../../tensors/sequences.js";
import type { Clip } from "../gradients/clip.js";
import { resolveOptimizer } from "../optimizers/optimizer.js";
import { sgd } from "../optimizers/sgd.js";
import type { Schedule } from "../schedules/schedule.js";
import type { EarlyStopping } from "./early-stopping.js";
import type { FitOptions } from "./fit-options.js";

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

const CHANGES = [
  "learningRate",
  "schedule",
  "clip",
  "earlyStopping",
  "validation",
  "validationEvery",
  "data",
] as const;

/** The name of something that changes. */
export type Changed = (typeof CHANGES)[number];

/** A checkpoint, and the names of what differs from it. */
export interface ResumeFrom {
  readonly checkpoint: Uint8Array;
  readonly changed: ReadonlySet<Changed>;
}

/**
 * Splits the options of a run into those with all changes, and the checkpoint.
 * @throws TypeError or RangeError for an invalid `resume`.
 */
export function resolveResume({ resume, ...options }: FitOptions): {
  readonly options: FitOptions;
  readonly resume: ResumeFrom | undefined;
} {
  if (resume === undefined) return { options, resume: undefined };
  if (resume instanceof Uint8Array) return { options, resume: { checkpoint: resume, changed: new Set() } };
  expectKeys("resume", resume, ["checkpoint", "change"]);
  const { checkpoint, change = {} } = resume;
  expectKeys("resume.change", change, CHANGES);
  const { learningRate, data = false, ...values } = change;
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  const changed = new Set(given.map(([name]) => name as Changed));
  if (data) changed.add("data");
  const merged: Record<string, unknown> = { ...options };
  for (const [name, value] of given) merged[name] = value ?? undefined;
  if (learningRate !== undefined) {
    expectPositive("resume.change.learningRate", learningRate);
    changed.add("learningRate");
    merged["optimizer"] = { ...resolveOptimizer(options.optimizer ?? sgd()), learningRate };
  }
  return { options: merged as unknown as FitOptions, resume: { checkpoint, changed } };
}
