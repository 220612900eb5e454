import { expectKeys, expectPositive } from "@sluice/kernel-wasm/checks";
import { resolveOptimizer } from "../optimizers/optimizer.js";
import { sgd } from "../optimizers/sgd.js";
import type { FitOptions } from "./fit-options.js";

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
