import { DataError } from "../data-error.js";
import type { Series } from "../series/series.js";
import { describeFrequency, type Frequency, gridOf, parseFrequency } from "../time/frequency.js";
import { inferFrequency, usualStep } from "../time/infer-frequency.js";
import { formatTime } from "../time/time.js";

/** Rows that a regular calendar has and a file lacks. */
export interface AbsentRows {
  readonly count: number;
  readonly first: string;
  readonly longest: { readonly length: number; readonly from: string; readonly to: string };
}

export interface Regular {
  readonly series: Series;
  readonly absent: AbsentRows | undefined;
}

/** The most rows that filling may make of one. */
const MAX_GROWTH = 100;

/**
 * A series on the regular grid of its times: a row that the grid has and the series lacks becomes a row of missing values.
 * `wanted` is the name of a frequency, `usual` the one to take where the series is too short to tell.
 * @throws DataError for times that no regular grid holds.
 */
export function regularize(
  series: Series,
  wanted: string | undefined,
  usual: Frequency | undefined,
  file: string | undefined,
): Regular {
  const { unit, values } = series.time;
  const step = usualStep(values);
  if (values.length === 0) return { series, absent: undefined };
  if (wanted !== undefined && parseFrequency(wanted).unit === "row" && unit !== "index") {
    return { series: { ...series, time: { ...series.time, step } }, absent: undefined };
  }
  const frequency =
    wanted === undefined
      ? (inferFrequency(unit, values) ?? fitting(usual, series))
      : namedFrequency(wanted, series, file);
  if (!frequency) {
    if (values.length < 3) return { series: { ...series, time: { ...series.time, step } }, absent: undefined };
    throw irregular(series, file);
  }
  const snapped = snap(series, frequency);
  const grid = gridOf(frequency, unit, snapped[0]!);
  const slots = snapped.map(grid.slotOf);
  const bad = slots.findIndex((slot, i) => Number.isNaN(slot) || (i > 0 && slot <= slots[i - 1]!));
  if (bad >= 0) {
    throw new DataError(
      `expected times every ${describeFrequency(frequency)}, got ${formatTime(unit, values[bad]!)} after ${formatTime(unit, values[Math.max(0, bad - 1)]!)}; choose another frequency`,
      { file, row: series.lines?.[bad], column: series.time.name, hint: "--frequency" },
    );
  }
  const count = slots.at(-1)! + 1;
  const time = { ...series.time, values: snapped, step, frequency };
  if (count === values.length) return { series: { ...series, time }, absent: undefined };
  if (count > MAX_GROWTH * values.length + 1000) {
    throw new DataError(
      `the frequency ${describeFrequency(frequency)} makes ${count} rows of ${values.length}; choose a coarser one`,
      { file, hint: "--frequency" },
    );
  }
  const spread = <A extends Float64Array | Uint32Array>(from: A, to: A): A => {
    for (let i = 0; i < slots.length; i++) to[slots[i]!] = from[i]!;
    return to;
  };
  const times = Float64Array.from({ length: count }, (_, slot) => grid.timeOf(slot));
  spread(snapped, times);
  return {
    series: {
      ...series,
      time: { ...time, values: times },
      columns: series.columns.map((column) => ({
        ...column,
        values: spread(column.values, new Float64Array(count).fill(Number.NaN)),
      })),
      ...(series.lines && { lines: spread(series.lines, new Uint32Array(count)) }),
    },
    absent: absentRows(slots, times, series),
  };
}

function absentRows(slots: Float64Array, times: Float64Array, { time: { unit } }: Series): AbsentRows {
  let count = 0;
  let first = -1;
  let longest = 0;
  let from = 0;
  for (let i = 1; i < slots.length; i++) {
    const length = slots[i]! - slots[i - 1]! - 1;
    if (length === 0) continue;
    if (first < 0) first = slots[i - 1]! + 1;
    count += length;
    if (length > longest) {
      longest = length;
      from = slots[i - 1]! + 1;
    }
  }
  const text = (slot: number) => formatTime(unit, times[slot]!);
  return { count, first: text(first), longest: { length: longest, from: text(from), to: text(from + longest - 1) } };
}

/** A frequency that all times of a short series fit. */
function fitting(usual: Frequency | undefined, { time: { unit, values } }: Series): Frequency | undefined {
  if (!usual) return undefined;
  const grid = gridOf(usual, unit, values[0]!);
  return values.every((value) => !Number.isNaN(grid.slotOf(value))) ? usual : undefined;
}

/** The frequency of a name, with the day of the month or week that the times show. */
function namedFrequency(
  wanted: string,
  { time: { unit, values, name } }: Series,
  file: string | undefined,
): Frequency {
  const named = parseFrequency(wanted);
  const inferred = inferFrequency(unit, values);
  if (
    inferred?.unit === named.unit &&
    inferred.every === named.every &&
    (named.on === undefined || named.on === inferred.on)
  )
    return inferred;
  try {
    gridOf(named, unit, values[0] ?? 0);
  } catch (error) {
    throw new DataError((error as Error).message, { file, column: name, hint: "--frequency" });
  }
  return named;
}

/** Times within the day moved to the nearest slot of a frequency that was named, half a step at most. */
function snap({ time: { unit, values } }: Series, frequency: Frequency): Float64Array {
  const seconds = { second: 1, minute: 60, hour: 3600 }[frequency.unit as "second"];
  if (unit !== "second" || seconds === undefined || frequency.session) return values;
  const step = seconds * frequency.every;
  const grid = gridOf(frequency, unit, values[0]!);
  if (values.every((value) => !Number.isNaN(grid.slotOf(value)))) return values;
  const origin = Math.round(values[0]! / step) * step;
  return values.map((value) => origin + Math.round((value - origin) / step) * step);
}

function irregular({ time: { unit, values, name }, lines }: Series, file: string | undefined): DataError {
  const step = usualStep(values);
  let odd = 1;
  while (odd < values.length - 1 && Math.abs(values[odd]! - values[odd - 1]! - step) < 1e-6) odd++;
  return new DataError(
    `the times have no regular frequency: ${formatTime(unit, values[odd - 1]!)} is followed by ${formatTime(unit, values[odd]!)}; name a frequency, or "row" for rows that are equally spaced`,
    { file, row: lines?.[odd], column: name, hint: "--frequency row" },
  );
}
