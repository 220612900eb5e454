import type { BaselineName, Recipe } from "@sluice/pipeline";
import { UsageError } from "../errors/usage-error.js";
import type { Input, InputOptions } from "./input.js";

/** A request of `sluice run`. */
export interface RunRequest {
  /** The file to run on; undefined for the synthetic series of a preset, or to resume. */
  readonly input: Input | undefined;
  readonly recipe: Recipe;
  readonly out: string | undefined;
  readonly force: boolean;
  /** The directory of a run to continue. */
  readonly resume: string | undefined;
  /** A method that must not have a smaller error than the network. */
  readonly gate: BaselineName | undefined;
  /** The largest number of threads; undefined for one. */
  readonly threads: number | "auto" | undefined;
}

/** What `sluice check` is asked to do. */
export interface CheckRequest {
  readonly input: Input;
  readonly recipe: Recipe;
}

/** The arguments and flags of `sluice run`, as given. */
export interface RunArguments {
  readonly file: string | undefined;
  readonly input: InputOptions;
  readonly recipe: Recipe;
  readonly preset?: NonNullable<Recipe["preset"]>;
  readonly out?: string;
  readonly force?: boolean;
  readonly resume?: string;
  readonly failIfWorseThan?: BaselineName;
  readonly threads?: number | "auto";
}

/**
 * Combines the arguments of `sluice run`.
 * @throws UsageError for arguments that exclude each other.
 */
export function runRequest(given: RunArguments): RunRequest {
  const { file, input: options, preset, out, force = false, resume, failIfWorseThan: gate, threads } = given;
  expectCompatible(given);
  const input = file === undefined ? undefined : { ...options, file };
  const recipe: Recipe = { ...(input ? recipeOfFile(preset) : preset && { preset }), ...given.recipe };
  return { input, recipe, out, force, resume, gate, threads };
}

/** What a file changes in a preset: it replaces the synthetic series, and its held-out part. */
export function recipeOfFile(preset: Recipe["preset"]): Recipe {
  return {
    ...(preset && { preset }),
    source: null,
    dataSeed: null,
    ...(preset && preset !== "default" && { holdOut: 0.2 }),
  };
}

function expectCompatible({ file, input, recipe, preset, out, force, resume }: RunArguments): void {
  const [inputFlag] = Object.keys(input);
  if (resume !== undefined) {
    const others = [file, preset, out, force || undefined, inputFlag, ...Object.keys(recipe)];
    if (others.every((value) => value === undefined)) return;
    throw new UsageError("--resume takes all options from the run directory; remove the file and the other options");
  }
  if (file !== undefined) return;
  if (preset === undefined || preset === "default") {
    throw new UsageError("expected a file, or a preset with a synthetic series: sluice run --preset notebook");
  }
  if (inputFlag) throw new UsageError(`--${dashed(inputFlag)} is for a file, but none is given`);
}

const dashed = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
