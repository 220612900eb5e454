import { expectOneOf } from "@sluice/kernel-wasm/checks";
import { type ConstantRate, constantRate } from "./constant-rate.js";
import { type CosineDecay, cosineDecay, cosineRate } from "./cosine-decay.js";
import { type ExponentialDecay, exponentialDecay, exponentialRate } from "./exponential-decay.js";
import { type OneCycle, oneCycle, oneCycleRate } from "./one-cycle.js";
import {
  initialPlateau,
  type PlateauState,
  plateauAfter,
  type ReduceOnPlateau,
  reduceOnPlateau,
} from "./reduce-on-plateau.js";
import { type StepDecay, stepDecay, stepRate } from "./step-decay.js";
import { type WarmUp, warmUp, warmUpFactor } from "./warm-up.js";

type Unwrapped = ConstantRate | StepDecay | ExponentialDecay | CosineDecay | ReduceOnPlateau | OneCycle;

/**
 * How the learning rate changes: `stepDecay`, `exponentialDecay`, `cosineDecay` and `reduceOnPlateau` change it after epochs, `oneCycle` and
 * `warmUp` after updates.
 */
export type Schedule = Unwrapped | WarmUp<Unwrapped>;

/** The position in training, counted from 0. */
export interface Position {
  readonly epoch: number;
  readonly update: number;
  /** The state of a plateau schedule; null for other schedules. */
  readonly plateau: PlateauState | null;
}

const FACTORIES = {
  constant: constantRate,
  step: stepDecay,
  exponential: exponentialDecay,
  cosine: cosineDecay,
  plateau: reduceOnPlateau,
  "one-cycle": oneCycle,
} as const;

const unwrapped = (schedule: Schedule): Unwrapped => (schedule.kind === "warm-up" ? schedule.schedule : schedule);

/** Checks a schedule that was given as plain data, and fills in the defaults of its factory. */
export function resolveSchedule(schedule: Schedule): Schedule {
  const kinds = Object.keys(FACTORIES);
  if (schedule.kind !== "warm-up") return resolveUnwrapped("schedule.kind", schedule, [...kinds, "warm-up"]);
  const { kind: _, schedule: inner = constantRate(), ...options } = schedule;
  return warmUp({ ...options, schedule: resolveUnwrapped("schedule.schedule.kind", inner, kinds) });
}

function resolveUnwrapped(name: string, { kind, ...options }: Unwrapped, kinds: readonly string[]): Unwrapped {
  expectOneOf(name, kind, kinds);
  return (FACTORIES[kind] as (options: object) => Unwrapped)(options);
}

/** The learning rate of an update; `rate` is the optimizer's. */
export function rateAt(schedule: Schedule, rate: number, position: Position): number {
  switch (schedule.kind) {
    case "constant":
      return rate;
    case "step":
      return stepRate(schedule, rate, position.epoch);
    case "exponential":
      return exponentialRate(schedule, rate, position.epoch);
    case "cosine":
      return cosineRate(schedule, rate, position.epoch);
    case "one-cycle":
      return oneCycleRate(schedule, rate, position.update);
    case "plateau":
      return position.plateau?.rate ?? rate;
    case "warm-up":
      return warmUpFactor(schedule, position.update) * rateAt(schedule.schedule, rate, position);
  }
}

/** The state of a plateau schedule before training; null for other schedules. */
export function plateauStart(schedule: Schedule, rate: number): PlateauState | null {
  return unwrapped(schedule).kind === "plateau" ? initialPlateau(rate) : null;
}

/** The state after the loss of an epoch. */
export function plateauNext(schedule: Schedule, state: PlateauState | null, loss: number): PlateauState | null {
  const plateau = unwrapped(schedule);
  return state && plateau.kind === "plateau" ? plateauAfter(plateau, state, loss) : state;
}
