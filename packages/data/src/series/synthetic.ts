import { Random, sin } from "@sluice/kernel-wasm/math";
import type { Series } from "./series.js";

/** The kinds of synthetic series. */
export const SYNTHETIC_KINDS = ["trend", "sine", "random-walk", "seasonal"] as const;
export type SyntheticKind = (typeof SYNTHETIC_KINDS)[number];

export interface SyntheticOptions {
  /** Number of values. */
  readonly length: number;
  /** Decides the noise: a whole number from 0 to 2⁵³ − 1. */
  readonly seed: number;
  /** The value at t = 0 before noise. */
  readonly intercept?: number;
  /** Added at each step. */
  readonly slope?: number;
  /** Standard deviation of the normal noise; of the steps, for a random walk. */
  readonly noise?: number;
  /** Steps of one cycle. */
  readonly period?: number;
  /** Half the height of the cycle. */
  readonly amplitude?: number;
}

type Shape = Required<Omit<SyntheticOptions, "length" | "seed">>;

const DEFAULTS: Readonly<Record<SyntheticKind, Shape>> = {
  trend: { intercept: 5, slope: 7, noise: 10, period: 1, amplitude: 0 },
  sine: { intercept: 0, slope: 0, noise: 0.1, period: 25, amplitude: 1 },
  "random-walk": { intercept: 0, slope: 0, noise: 1, period: 1, amplitude: 0 },
  seasonal: { intercept: 100, slope: 0.5, noise: 2, period: 12, amplitude: 20 },
};

/** Which options each kind reads. */
const READS: Readonly<Record<SyntheticKind, readonly (keyof Shape)[]>> = {
  trend: ["intercept", "slope", "noise"],
  sine: ["intercept", "noise", "period", "amplitude"],
  "random-walk": ["intercept", "slope", "noise"],
  seasonal: ["intercept", "slope", "noise", "period", "amplitude"],
};

/**
 * A made series over t = 0, 1, …
 *
 * trend: intercept + slope t + N(0, noise²), the notebook's series by default.
 * sine: intercept + amplitude sin(2π t / period) + N(0, noise²).
 * random-walk: intercept at t = 0, then steps of slope + N(0, noise²).
 * seasonal: trend and sine together.
 *
 * @throws RangeError for an unknown kind, an option that the kind does not read, or a number that does not hold.
 */
export function synthetic(kind: SyntheticKind, options: SyntheticOptions): Series {
  if (!Object.hasOwn(READS, kind))
    throw new RangeError(`synthetic: expected ${Object.keys(READS).join(", ")}, got ${String(kind)}`);
  const reads = READS[kind];
  const { length, seed, ...shape } = options;
  for (const [name, value] of Object.entries(shape)) check(kind, name, value, reads);
  if (!Number.isInteger(length) || length < 1)
    throw new RangeError(`length: expected a whole number from 1, got ${length}`);

  const { intercept, slope, noise, period, amplitude } = { ...DEFAULTS[kind], ...shape };
  const random = new Random(seed);
  const values = new Float64Array(length);
  for (let t = 0; t < length; t++) {
    if (kind === "random-walk") values[t] = t === 0 ? intercept : values[t - 1]! + slope + noise * random.normal();
    else {
      const cycle = amplitude === 0 ? 0 : amplitude * sin((2 * Math.PI * (t % period)) / period);
      values[t] = intercept + slope * t + cycle + noise * random.normal();
    }
  }
  const times = Float64Array.from({ length }, (_, t) => t);
  return {
    name: kind,
    time: { name: "t", unit: "index", values: times, step: 1 },
    columns: [{ name: "value", values }],
  };
}

function check(kind: SyntheticKind, name: string, value: unknown, reads: readonly string[]): void {
  if (!reads.includes(name)) throw new RangeError(`${kind}: expected ${reads.join(", ")}, got "${name}"`);
  if (typeof value !== "number" || !Number.isFinite(value))
    throw new RangeError(`${name}: expected a finite number, got ${value}`);
  if (name === "noise" && value < 0) throw new RangeError(`noise: expected at least 0, got ${value}`);
  if (name === "period" && value <= 0) throw new RangeError(`period: expected more than 0, got ${value}`);
}
