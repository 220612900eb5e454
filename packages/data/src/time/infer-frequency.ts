import { civilDate, SECONDS_PER_DAY, weekday } from "./calendar.js";
import { type Frequency, type FrequencyUnit, gridOf } from "./frequency.js";
import type { TimeUnit } from "./time-unit.js";

/** At least this share of a grid's slots must have a row for the grid to be the frequency of the rows. */
const MIN_SHARE = 0.5;

/**
 * The frequency of ascending times without repetition: of the regular grids on which every time lies, the one with the largest
 * share of slots that have a row, which is at least half. Undefined for irregular times, and for fewer than two.
 */
export function inferFrequency(unit: TimeUnit, values: Float64Array): Frequency | undefined {
  if (values.length < 2) return undefined;
  let best: Frequency | undefined;
  let most = MIN_SHARE;
  for (const frequency of candidates(unit, values)) {
    const grid = gridOf(frequency, unit, values[0]!);
    let fits = true;
    for (let i = 0; i < values.length && fits; i++) fits = !Number.isNaN(grid.slotOf(values[i]!));
    const share = fits ? values.length / (grid.slotOf(values.at(-1)!) + 1) : 0;
    if (share === 1) return frequency;
    if (share > most || (share === most && !best)) {
      best = frequency;
      most = share;
    }
  }
  return best;
}

function* candidates(unit: TimeUnit, values: Float64Array): Generator<Frequency> {
  const usual = usualStep(values);
  if (unit === "index") yield* steps("row", usual, values);
  else if (unit === "year") yield* steps("year", usual, values);
  else if (unit === "month") {
    for (const { every } of steps("month", usual, values)) yield inMonths(every);
  } else if (unit === "day") yield* dayCandidates(values, usual);
  else yield* secondCandidates(values, usual);
}

/** The usual distance, then the greatest common divisor of all distances. */
function* steps(unit: FrequencyUnit, usual: number, values: Float64Array): Generator<Frequency> {
  yield { unit, every: usual };
  const common = commonDivisor(values);
  if (common !== usual && common > 0) yield { unit, every: common };
}

function inMonths(months: number, on?: Frequency["on"]): Frequency {
  const rule = on === undefined ? {} : { on };
  if (months % 12 === 0) return { unit: "year", every: months / 12, ...rule };
  if (months % 3 === 0) return { unit: "quarter", every: months / 3, ...rule };
  return { unit: "month", every: months, ...rule };
}

function* dayCandidates(values: Float64Array, usual: number): Generator<Frequency> {
  if (usual >= 26) {
    const dates = Array.from(values, civilDate);
    const months = Float64Array.from(dates, ({ year, month }) => (year - 1970) * 12 + month - 1);
    const largest = dates.reduce((most, { day }) => Math.max(most, day), 0);
    const distances = [...new Set([usualStep(months), commonDivisor(months)])].filter((n) => n >= 1);
    for (const distance of distances) {
      // the last day of the month where it is at least once the 31st, or always the last one
      for (const on of largest >= 28 ? (["end", largest, "business-end"] as const) : [largest])
        yield inMonths(distance, on);
    }
  }
  if (usual % 7 === 0) yield* weeks(values, usual);
  if (usual === 1 && values.at(-1)! - values[0]! >= 7 && !values.some((day) => weekday(day) > 5)) {
    yield { unit: "business-day", every: 1 };
  }
  yield { unit: "day", every: usual };
  const common = commonDivisor(values);
  if (common % 7 === 0) yield* weeks(values, common);
  else if (common !== usual) yield { unit: "day", every: common };
}

function* weeks(values: Float64Array, days: number): Generator<Frequency> {
  yield { unit: "week", every: days / 7, weekday: weekday(values[0]!) };
}

function* secondCandidates(values: Float64Array, usual: number): Generator<Frequency> {
  const clock = values[0]! - Math.floor(values[0]! / SECONDS_PER_DAY) * SECONDS_PER_DAY;
  if (usual % SECONDS_PER_DAY === 0 && values.every((value) => (value - clock) % SECONDS_PER_DAY === 0)) {
    const days = values.map((value) => (value - clock) / SECONDS_PER_DAY);
    yield* dayCandidates(days, usual / SECONDS_PER_DAY);
    return;
  }
  const regular = inSeconds(usual);
  if (regular) yield regular;
  const finer = inSeconds(commonDivisor(values));
  if (finer) yield finer;
  const session = sessionOf(values, usual);
  if (!regular || !session) return;
  yield { ...regular, session, businessDays: !values.some((value) => weekday(value / SECONDS_PER_DAY) > 5) };
}

/** The first and the last time of day of the rows, where nights are without any. */
function sessionOf(values: Float64Array, step: number): readonly [number, number] | undefined {
  let open = SECONDS_PER_DAY;
  let close = 0;
  for (const value of values) {
    const clock = value - Math.floor(value / SECONDS_PER_DAY) * SECONDS_PER_DAY;
    if (clock < open) open = clock;
    if (clock > close) close = clock;
  }
  return close - open + step < SECONDS_PER_DAY && close > open ? [open, close] : undefined;
}

function inSeconds(step: number): Frequency | undefined {
  if (!(step > 0)) return undefined;
  if (step % 3600 === 0) return { unit: "hour", every: step / 3600 };
  if (step % 60 === 0) return { unit: "minute", every: step / 60 };
  return { unit: "second", every: step };
}

/** The greatest step of which all distances are multiples, to the microsecond. */
function commonDivisor(values: Float64Array): number {
  let divisor = 0;
  for (let i = 1; i < values.length; i++) {
    let a = Math.round((values[i]! - values[i - 1]!) * 1e6);
    let b = divisor;
    while (b > 0) [a, b] = [b, a % b];
    divisor = a;
    if (divisor === 1) break;
  }
  return divisor / 1e6;
}

/** The most frequent distance of neighbors, the smaller of two as frequent; 1 where there is none. */
export function usualStep(values: Float64Array): number {
  // most axes have one distance: count runs, so that the table is touched rarely
  const counts = new Map<number, number>();
  let run = 0;
  let last = 0;
  const close = () => {
    if (run > 0) counts.set(last, (counts.get(last) ?? 0) + run);
  };
  for (let i = 1; i < values.length; i++) {
    // to the microsecond: fractions of seconds since 1970 are no more exact
    const distance = Math.round((values[i]! - values[i - 1]!) * 1e6) / 1e6;
    if (distance !== last) {
      close();
      last = distance;
      run = 0;
    }
    run++;
  }
  close();
  let step = 1;
  let most = 0;
  for (const [distance, count] of counts) {
    if (count > most || (count === most && distance < step)) {
      step = distance;
      most = count;
    }
  }
  return step;
}
