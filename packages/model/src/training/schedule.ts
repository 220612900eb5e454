import { expectOneOf } from "@sluice/kernel-wasm/checks";
import { type ConstantRate, constantRate } from "./schedules/constant-rate.js";
import { type CosineDecay, cosineDecay, cosineRate } from "./schedules/cosine-decay.js";
import { type ExponentialDecay, exponentialDecay, exponentialRate } from "./schedules/exponential-decay.js";
import { type OneCycle, oneCycle, oneCycleRate } from "./schedules/one-cycle.js";
import {
  type PlateauState,
  plateauAfter,
  plateauFrom,
  type ReduceOnPlateau,
  reduceOnPlateau,
} from "./schedules/reduce-on-plateau.js";
import { type StepDecay, stepDecay, stepRate } from "./schedules/step-decay.js";
import { type WarmUp, warmUp, warmUpShare } from "./schedules/warm-up.js";

type Unwrapped = ConstantRate | StepDecay | ExponentialDecay | CosineDecay | ReduceOnPlateau | OneCycle;

/**
 * How the learning rate changes: `stepDecay`, `exponentialDecay`, `cosineDecay` and `reduceOnPlateau` from epoch to epoch, `oneCycle` and
 * `warmUp` from update to update.
 */
export type Schedule = Unwrapped | WarmUp<Unwrapped>;

/** Where training stands, as far as schedules look: all counted from 0. */
export interface Clock {
  readonly epoch: number;
  readonly update: number;
  /** The state of a plateau schedule; null where there is none. */
  readonly plateau: PlateauState | null;
}

const MAKERS = {
  constant: constantRate,
  step: stepDecay,
  exponential: exponentialDecay,
  cosine: cosineDecay,
  plateau: reduceOnPlateau,
  "one-cycle": oneCycle,
} as const;

const unwrapped = (schedule: Schedule): Unwrapped => (schedule.kind === "warm-up" ? schedule.schedule : schedule);

/** A schedule as its factory makes it, whoever wrote it down: checked, with defaults for what is left out. */
export function resolveSchedule(schedule: Schedule): Schedule {
  if (schedule.kind !== "warm-up") return made("schedule.kind", schedule, [...Object.keys(MAKERS), "warm-up"]);
  const { kind: _, schedule: inner = constantRate(), ...options } = schedule;
  return warmUp({ ...options, schedule: made("schedule.schedule.kind", inner, Object.keys(MAKERS)) });
}

function made(name: string, { kind, ...options }: Unwrapped, kinds: readonly string[]): Unwrapped {
  expectOneOf(name, kind, kinds);
  return (MAKERS[kind] as (options: object) => Unwrapped)(options);
}

/** The learning rate of an update, from the optimizer's own. */
export function rateAt(schedule: Schedule, rate: number, clock: Clock): number {
  switch (schedule.kind) {
    case "constant":
      return rate;
    case "step":
      return stepRate(schedule, rate, clock.epoch);
    case "exponential":
      return exponentialRate(schedule, rate, clock.epoch);
    case "cosine":
      return cosineRate(schedule, rate, clock.epoch);
    case "one-cycle":
      return oneCycleRate(schedule, rate, clock.update);
    case "plateau":
      return clock.plateau?.rate ?? rate;
    case "warm-up":
      return warmUpShare(schedule, clock.update) * rateAt(schedule.schedule, rate, clock);
  }
}

/** The state of a plateau schedule before training; null for any other. */
export function plateauStart(schedule: Schedule, rate: number): PlateauState | null {
  return unwrapped(schedule).kind === "plateau" ? plateauFrom(rate) : null;
}

/** The same after an epoch's loss. */
export function plateauNext(schedule: Schedule, state: PlateauState | null, loss: number): PlateauState | null {
  const plateau = unwrapped(schedule);
  return state && plateau.kind === "plateau" ? plateauAfter(plateau, state, loss) : state;
}
