import type { Cell } from "@sluice/kernel-wasm";

/**
 * How weights begin. `uniform`: weights on [−1, 1), biases zero, as the notebook does. `uniform-scaled`: all on
 * ±1/√H, as PyTorch does. `glorot-orthogonal`: input weights Glorot uniform, recurrent weights orthogonal, biases zero, as Keras does.
 */
export type Init = "uniform" | "uniform-scaled" | "glorot-orthogonal";

export interface GruConfig {
  /** I, features of a step. */
  readonly inputSize: number;
  /** H, hidden units. */
  readonly hiddenSize: number;
  /** O, outputs of the readout head; 0 for no head. */
  readonly outputSize: number;
  readonly cell: Cell;
  /** Decides initial weights and shuffling: a whole number from 0 to 2⁵³ − 1. 0 by default. */
  readonly seed?: number;
  /** `uniform` by default. */
  readonly init?: Init;
}

const CELLS: readonly Cell[] = ["reset-before", "reset-after", "memoryless"];
const INITS: readonly Init[] = ["uniform", "uniform-scaled", "glorot-orthogonal"];

/** A whole number from `low` to `high`, or a RangeError (a TypeError for what is no number). */
export function expectInteger(name: string, value: unknown, low: number, high: number): void {
  if (typeof value !== "number") throw new TypeError(`${name}: expected a number, got ${typeof value}`);
  if (!Number.isInteger(value) || value < low || value > high) {
    throw new RangeError(`${name}: expected a whole number from ${low} to ${high}, got ${value}`);
  }
}

/** A number for which `holds`, or a RangeError (a TypeError for what is no number). */
export function expectNumber(name: string, value: unknown, holds: (x: number) => boolean, words: string): void {
  if (typeof value !== "number") throw new TypeError(`${name}: expected a number, got ${typeof value}`);
  if (!Number.isFinite(value) || !holds(value)) throw new RangeError(`${name}: expected ${words}, got ${value}`);
}

export function expectOneOf<T extends string>(name: string, value: T, allowed: readonly T[]): void {
  if (!allowed.includes(value)) throw new RangeError(`${name}: expected ${allowed.join(", ")}, got ${String(value)}`);
}

/** Refuses keys that nobody reads, so that a misspelled option is not ignored. */
export function expectKeys(name: string, value: object, allowed: readonly string[]): void {
  for (const key of Object.keys(value)) {
    if (!allowed.includes(key)) throw new RangeError(`${name}: expected ${allowed.join(", ")}, got "${key}"`);
  }
}

/** The config with its defaults, checked. */
export function resolveConfig(config: GruConfig): Required<GruConfig> {
  expectKeys("config", config, ["inputSize", "hiddenSize", "outputSize", "cell", "seed", "init"]);
  const { inputSize, hiddenSize, outputSize, cell, seed = 0, init = "uniform" } = config;
  expectInteger("inputSize", inputSize, 1, 65536);
  expectInteger("hiddenSize", hiddenSize, 1, 16384);
  expectInteger("outputSize", outputSize, 0, 65536);
  expectOneOf("cell", cell, CELLS);
  expectInteger("seed", seed, 0, Number.MAX_SAFE_INTEGER);
  expectOneOf("init", init, INITS);
  return { inputSize, hiddenSize, outputSize, cell, seed, init };
}
