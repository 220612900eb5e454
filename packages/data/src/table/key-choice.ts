import type { ColumnBuilder } from "../csv/column-builder.js";
import { type Origin, textAt } from "../csv/origin.js";
import { DataError } from "../data-error.js";
import { formatTime } from "../time/time.js";
import { type ChosenTime, quoted } from "./time-choice.js";

/** Which series each row belongs to. */
export interface Keys {
  readonly columns: readonly ColumnBuilder[];
  /** The number of each row's series, in the order of first occurrence. */
  readonly codes: Uint32Array;
  /** The cells of the key columns, by series. */
  readonly labels: readonly (readonly string[])[];
}

/** Names of columns that tell series apart. */
const KEY_NAME =
  /(^|[_\s])(unique_?id|id|key|name|store|shop|item|sku|product|article|series|symbol|ticker|stock|station|sensor|device|meter|region|country|state|city|county|code|group|category|type|brand|customer|department|dept|variable|metric|location|site)s?($|[_\s])/i;
/** Numbers of series from which a column is not taken for a key unless it is named. */
const MAX_KEYS = 100_000;

/** Dictionary codes of a column's cells; undefined for one with too many different cells. */
export function codesOf(
  column: ColumnBuilder,
  origin: Origin,
  limit = MAX_KEYS,
): { codes: Uint32Array; labels: string[] } | undefined {
  const known = new Map<string | number, number>();
  const labels: string[] = [];
  const codes = new Uint32Array(column.rows);
  const codeOf = (key: string | number): number => {
    let code = known.get(key);
    if (code === undefined) {
      code = labels.length;
      known.set(key, code);
      labels.push(String(key));
    }
    return code;
  };
  let text = 0;
  for (let row = 0; row < column.rows; row++) {
    const isText = text < column.texts.count && column.textRows[text] === row;
    const value = column.values[row]!;
    codes[row] = codeOf(isText ? textAt(column, text++, origin) : Number.isNaN(value) ? "" : value);
    if (labels.length > limit) return undefined;
  }
  return { codes, labels };
}

/** Joins the keys of several columns. */
export function keysOf(columns: readonly ColumnBuilder[], origin: Origin, limit = MAX_KEYS): Keys | undefined {
  let keys: Keys | undefined;
  for (const column of columns) {
    const own = codesOf(column, origin, limit);
    if (!own) return undefined;
    if (!keys) {
      keys = { columns: [column], codes: own.codes, labels: own.labels.map((label) => [label]) };
      continue;
    }
    const pairs = new Map<number, number>();
    const labels: (readonly string[])[] = [];
    const before = keys;
    const codes = before.codes.map((code, row) => {
      const pair = code * own.labels.length + own.codes[row]!;
      let joined = pairs.get(pair);
      if (joined === undefined) {
        joined = labels.length;
        pairs.set(pair, joined);
        labels.push([...before.labels[code]!, own.labels[own.codes[row]!]!]);
      }
      return joined;
    });
    keys = { columns: [...before.columns, column], codes, labels };
  }
  return keys;
}

/** The row whose time occurred before in the same series, and that earlier row; undefined where there is none. */
export function repetition(
  times: Float64Array,
  codes: Uint32Array | undefined,
  series: number,
): { row: number; before: number } | undefined {
  if (!codes) {
    let ascending = true;
    for (let row = 1; row < times.length && ascending; row++) ascending = times[row]! > times[row - 1]!;
    if (ascending) return undefined;
  }
  const seen = new Map<number, number>();
  const distinct = new Map<number, number>();
  for (let row = 0; row < times.length; row++) {
    const time = times[row]!;
    if (Number.isNaN(time)) continue;
    let index = distinct.get(time);
    if (index === undefined) {
      index = distinct.size;
      distinct.set(time, index);
    }
    const slot = index * series + (codes ? codes[row]! : 0);
    const before = seen.get(slot);
    if (before !== undefined) return { row, before };
    seen.set(slot, row);
  }
  return undefined;
}

/**
 * The columns that tell several series of a long file apart, undefined for a file of one series: the fewest columns under which no
 * time occurs twice.
 * @throws DataError where a time occurs twice and no columns tell its rows apart.
 */
export function chooseKeys(
  columns: readonly ColumnBuilder[],
  time: ChosenTime,
  origin: Origin,
  allKept: boolean,
): Keys | undefined {
  const first = repetition(time.values, undefined, 1);
  if (!first) return undefined;
  const candidates = columns
    .filter(
      (column) =>
        !time.columns.includes(column) && !column.dropped && column.parsed + column.texts.count === column.rows,
    )
    .filter(
      (column) =>
        column.kind === "text" || (column.kind === "number" && column.texts.count === 0 && isInteger(column)),
    )
    .map((column) => ({ column, rank: rankOf(column) }))
    .filter(({ rank }) => rank > 0)
    .sort((a, b) => b.rank - a.rank || a.column.index - b.column.index)
    .slice(0, 6)
    .flatMap(({ column }) => {
      const own = codesOf(column, origin);
      // a different cell in nearly every row is no key
      return own && own.labels.length > 1 && own.labels.length * 2 <= column.rows
        ? [{ column, count: own.labels.length }]
        : [];
    });
  for (const size of [1, 2, 3]) {
    for (const chosen of combinations(candidates, size)) {
      const keys = keysOf(
        chosen.map(({ column }) => column),
        origin,
      );
      if (keys && !repetition(time.values, keys.codes, keys.labels.length)) return keys;
    }
  }
  const text = formatTime(time.unit, time.values[first.row]!);
  const names =
    candidates.length > 0 ? `, and ${quoted(candidates.map(({ column }) => column))} do not tell its rows apart` : "";
  const advice = allKept
    ? "name the columns that tell series apart, or give one row per time"
    : "if the file holds several series, name the column that tells them apart";
  throw new DataError(
    `the same time again: "${text}" is also in row ${origin.lines.at(first.before)}${names}; ${advice}`,
    {
      file: origin.file,
      row: origin.lines.at(first.row),
      column: time.name,
      hint: "--id",
    },
  );
}

function isInteger({ values, rows }: ColumnBuilder): boolean {
  for (let row = 0; row < rows; row++) if (!Number.isInteger(values[row])) return false;
  return true;
}

/** Text goes first; whole numbers only under a name that tells series apart. */
function rankOf({ name, kind }: ColumnBuilder): number {
  const named = KEY_NAME.test(name.replace(/([a-z])([A-Z])/g, "$1_$2"));
  if (kind === "text") return named ? 3 : 2;
  return named ? 1 : 0;
}

function* combinations<T>(items: readonly T[], size: number, from = 0): Generator<T[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (let i = from; i < items.length; i++)
    for (const rest of combinations(items, size - 1, i + 1)) yield [items[i]!, ...rest];
}
