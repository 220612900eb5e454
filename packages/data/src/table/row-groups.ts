import type { Origin } from "../csv/origin.js";
import { DataError } from "../data-error.js";
import type { Note } from "../note.js";
import { formatTime } from "../time/time.js";
import type { Keys } from "./key-choice.js";
import type { ChosenTime } from "./time-choice.js";
import type { ValueColumn } from "./value-choice.js";

/** The rows of each series in ascending order of time. */
export interface RowGroups {
  readonly rows: number;
  /** Rows in order, series by series; undefined where all rows are in order as they are. */
  readonly order: Uint32Array | undefined;
  /** Series s has rows order[starts[s]] … order[starts[s + 1] − 1]. */
  readonly starts: Uint32Array;
  /** The code of each series' keys. */
  readonly codes: Uint32Array;
}

/**
 * Sorts rows by series and time. Rows without a time are left out where they hold no values.
 * @throws DataError for a value without a time.
 */
export function groupRows(
  rows: number,
  time: ChosenTime | undefined,
  keys: Keys | undefined,
  read: readonly ValueColumn[],
  origin: Origin,
  notes: Note[],
): RowGroups {
  if (!time) return { rows, order: undefined, starts: Uint32Array.of(0, rows), codes: Uint32Array.of(0) };
  const times = time.values;
  let kept: Uint32Array | undefined;
  if (times.some((value, row) => row < rows && Number.isNaN(value))) kept = withTime(rows, time, read, origin);
  if (!keys) {
    const order = kept ?? undefined;
    const sorted = sortRows(order, rows, times, time, notes);
    const count = sorted?.length ?? rows;
    return { rows, order: sorted, starts: Uint32Array.of(0, count), codes: Uint32Array.of(0) };
  }
  // a stable counting sort by series
  const { codes, labels } = keys;
  const counts = new Uint32Array(labels.length + 1);
  const all = kept ?? Uint32Array.from({ length: rows }, (_, row) => row);
  for (const row of all) counts[codes[row]! + 1]!++;
  const starts = counts.slice();
  for (let s = 1; s < starts.length; s++) starts[s]! += starts[s - 1]!;
  const next = starts.slice();
  const order = new Uint32Array(all.length);
  for (const row of all) order[next[codes[row]!]!++] = row;
  let unsorted = 0;
  for (let s = 0; s < labels.length; s++) {
    const group = order.subarray(starts[s], starts[s + 1]);
    if (isAscending(group, times)) continue;
    group.sort((a, b) => times[a]! - times[b]! || a - b);
    unsorted++;
  }
  if (unsorted > 0)
    notes.push({ code: "sorted", message: `the rows of ${unsorted} of ${labels.length} series were sorted by time` });
  const present = Uint32Array.from({ length: labels.length }, (_, s) => s).filter((s) => counts[s + 1]! > 0);
  return { rows, order, starts: startsOf(starts, present), codes: present };
}

function startsOf(starts: Uint32Array, present: Uint32Array): Uint32Array {
  const out = new Uint32Array(present.length + 1);
  for (let i = 0; i < present.length; i++) out[i] = starts[present[i]!]!;
  out[present.length] = starts.at(-1)!;
  return out;
}

function withTime(rows: number, time: ChosenTime, read: readonly ValueColumn[], origin: Origin): Uint32Array {
  const kept: number[] = [];
  for (let row = 0; row < rows; row++) {
    if (!Number.isNaN(time.values[row])) {
      kept.push(row);
      continue;
    }
    const value = read.find(({ values }) => !Number.isNaN(values[row]));
    if (!value) continue;
    throw new DataError(
      `expected a time, got none beside the ${value.name} ${value.values[row]}; give the row a time, or remove it`,
      {
        file: origin.file,
        row: origin.lines.at(row),
        column: time.name,
        hint: "--time",
      },
    );
  }
  if (kept.length === 0)
    throw new DataError("expected rows with a time and a value, got none", { file: origin.file, column: time.name });
  return Uint32Array.from(kept);
}

function isAscending(order: Uint32Array, times: Float64Array): boolean {
  for (let i = 1; i < order.length; i++) if (times[order[i]!]! < times[order[i - 1]!]!) return false;
  return true;
}

/** Rows of one series by time, undefined where all are in order; says what was changed. */
function sortRows(
  kept: Uint32Array | undefined,
  rows: number,
  times: Float64Array,
  { unit, name }: ChosenTime,
  notes: Note[],
): Uint32Array | undefined {
  const count = kept?.length ?? rows;
  const rowAt = (i: number) => (kept ? kept[i]! : i);
  let falls = 0;
  for (let i = 1; i < count; i++) if (times[rowAt(i)]! < times[rowAt(i - 1)]!) falls++;
  if (falls === 0) return kept;
  const order = kept ?? Uint32Array.from({ length: rows }, (_, row) => row);
  const first = formatTime(unit, times[order[0]!]!);
  if (falls === count - 1) {
    notes.push({
      code: "sorted",
      message: `the newest row comes first (${name} ${first}): rows were put in ascending order of time`,
    });
    return order.reverse();
  }
  notes.push({ code: "sorted", message: `${falls} rows come before an earlier time: rows were sorted by ${name}` });
  return order.sort((a, b) => times[a]! - times[b]!);
}
