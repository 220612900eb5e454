import { isAbsolute, relative, resolve, sep } from "node:path";
import type { Manifest, Plan } from "@sluice/pipeline";
import type { Input } from "./input.js";

/** config.json: a run's plan from its first moment on, and its results once it is finished; metrics.jsonl has the losses. */
export type RunConfig = (Plan | Results) & {
  /** Where the series came from, its path relative to the run directory; null for a synthetic one. */
  readonly input: Input | null;
};

/** A manifest without the losses of all epochs. */
export type Results = Omit<Manifest, "loss">;

export function isFinished(config: RunConfig): config is Results & RunConfig {
  return "fingerprint" in config;
}

/** An input as config.json keeps it: with slashes, and relative, so that both can move together. */
export function storedInput(input: Input, directory: string): Input {
  if (input.file === "-") return input;
  return { ...input, file: relative(directory, resolve(input.file)).split(sep).join("/") };
}

/** The input that config.json speaks of, from where the command runs. */
export function restoredInput(input: Input, directory: string): Input {
  if (input.file === "-" || isAbsolute(input.file)) return input;
  return { ...input, file: relative(process.cwd(), resolve(directory, input.file)) };
}
