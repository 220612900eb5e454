import type { ColumnBuilder } from "../csv/column-builder.js";
import type { RawTable } from "../csv/csv-reader.js";
import type { Origin } from "../csv/origin.js";
import { DataError } from "../data-error.js";
import type { Note } from "../note.js";
import type { Column, Panel, Series } from "../series/series.js";
import { describeFrequency, type Frequency } from "../time/frequency.js";
import type { TimeUnit } from "../time/time.js";
import { missingTest } from "../values/number-column.js";
import type { Found } from "./found.js";
import { chooseKeys, codesOf, type Keys, keysOf, repetition } from "./key-choice.js";
import { type ColumnName, listOf, type ReadOptions } from "./options.js";
import { type AbsentRows, regularize } from "./regular.js";
import { groupRows, type RowGroups } from "./row-groups.js";
import { type ChosenTime, chooseTime, quoted, readNamedTime } from "./time-choice.js";
import { dropTotals } from "./totals.js";
import { numericColumns, readValues, type ValueColumn } from "./value-choice.js";
import { acrossTop, readAcrossTop, readMonthColumns } from "./wide.js";

/** Which columns of a file became what: plain data. */
export interface Choice {
  readonly time: readonly string[];
  readonly unit: TimeUnit;
  /** How the times are written, where not by ISO 8601. */
  readonly form: string | null;
  readonly values: readonly string[];
  readonly keys: readonly string[];
  readonly layout: "single" | "long" | "wide";
  /** The frequency in words; null for times without one. */
  readonly frequency: string | null;
}

/** What was read from a file: one series or several, how it was understood, and what its reader should know. */
export interface Table {
  readonly panel: Panel;
  readonly choice: Choice;
  readonly notes: readonly Note[];
}

/**
 * Finds the series in the columns of a file.
 * @throws DataError for anything that is not understood, with the flag that settles it.
 */
export function interpret(raw: RawTable, options: ReadOptions): Table {
  const notes: Note[] = [...raw.notes];
  const origin: Origin = { file: options.file, lines: raw.lines };
  const isMissing = missingTest(options);
  const find = (name: ColumnName) => findColumn(raw, name, options.file);
  const rows = dropTotals(raw, origin, notes);
  if (rows === 0) throw new DataError("expected rows of data, got none above the totals", { file: options.file });
  if (options.time === undefined && acrossTop(raw.columns))
    return finish(readAcrossTop(raw.columns, options, origin, notes), options, notes, "wide");

  const named = listOf(options.time).map(find);
  const chosenValues = options.columns?.map(find);
  const covariates = Object.entries(options.covariates ?? {}).flatMap(([role, names]) =>
    names.map((name) => ({ role, column: find(name) })),
  );
  const ids = [
    ...new Set([...listOf(options.id), ...(options.layout === "wide" ? [] : Object.keys(options.series ?? {}))]),
  ].map(find);
  const apart = new Set([...(chosenValues ?? []), ...ids, ...covariates.map(({ column }) => column)]);
  const free = raw.columns.filter((column) => !apart.has(column));
  const time =
    named.length > 0
      ? readNamedTime(named, options, origin, isMissing, free, notes)
      : raw.columns.length > 1
        ? chooseTime(free, options, origin, isMissing, notes)
        : undefined;
  if (!time) notes.push({ code: "no-time", message: "no column of times: rows are counted", hint: "--time" });

  const keys = time && options.layout !== "wide" ? keysFor(ids, raw, time, origin) : undefined;
  const taken = new Set([
    ...(time?.columns ?? []),
    ...(keys?.columns ?? []),
    ...covariates.map(({ column }) => column),
  ]);
  const valueColumns =
    chosenValues ??
    numericColumns(
      raw.columns.filter((column) => !taken.has(column)),
      options,
      origin,
      notes,
    );
  const extra = covariates.filter(({ role }) => role !== "static");
  const read = readValues([...valueColumns, ...extra.map(({ column }) => column)], options, origin, notes);
  const statics = covariates.filter(({ role }) => role === "static").map(({ column }) => column);
  if (chosenValues === undefined && options.layout !== "wide") noteValues(valueColumns, notes);

  const monthly = time && !keys && readMonthColumns(time, read, origin);
  if (monthly) {
    notes.push({
      code: "panel",
      message: "the columns are the months of the year in each row: read as one monthly series",
    });
    return finish(monthly, options, notes, "wide");
  }
  const groups = groupRows(rows, time, keys, read, origin, notes);
  const found = build(groups, time, keys, read, { roles: extra.map(({ role }) => role), statics, origin, options });
  const layout = options.layout === "wide" ? "wide" : keys ? "long" : "single";
  return finish(
    { time, keys: keys?.columns ?? [], panel: layout === "wide" ? split(found) : found },
    options,
    notes,
    layout,
  );
}

function keysFor(ids: readonly ColumnBuilder[], raw: RawTable, time: ChosenTime, origin: Origin): Keys | undefined {
  if (ids.length === 0) return chooseKeys(raw.columns, time, origin, raw.columns.length === raw.names.length);
  const keys = keysOf(ids, origin, Number.POSITIVE_INFINITY)!;
  const again = repetition(time.values, keys.codes, keys.labels.length);
  if (!again) return keys;
  throw new DataError(
    `the same time again for ${quoted(ids)} ${keys.labels[keys.codes[again.row]!]!.join(", ")}: also in row ${origin.lines.at(again.before)}; name all columns that tell series apart`,
    {
      file: origin.file,
      row: origin.lines.at(again.row),
      column: time.name,
      hint: "--id",
    },
  );
}

function noteValues(columns: readonly ColumnBuilder[], notes: Note[]): void {
  const [first] = columns as [ColumnBuilder];
  const message =
    columns.length === 1
      ? `values are in "${first.name}", the only column of numbers`
      : `${columns.length} columns hold numbers: ${quoted(columns.slice(0, 8))}${columns.length > 8 ? ", …" : ""}; "${first.name}" is the first`;
  notes.push({ code: "value-columns", message, hint: "--column" });
}

/**
 * A column by name or by number from 0.
 * @throws DataError for one that does not exist, listing those that do.
 */
export function findColumn(
  { columns, names }: RawTable,
  wanted: ColumnName,
  file: string | undefined,
): ColumnBuilder {
  const found = columns.filter((column) =>
    typeof wanted === "number" ? column.index === wanted : column.name === wanted,
  );
  if (found.length === 1) return found[0]!;
  if (found.length > 1)
    throw new DataError(`${found.length} columns are called "${wanted}"; give the number of one, from 0`, {
      file,
      hint: "--column",
    });
  const listed = names.slice(0, 20).map((name) => `"${name}"`);
  throw new DataError(`no column "${wanted}"; there are ${listed.join(", ")}${names.length > 20 ? ", …" : ""}`, {
    file,
    hint: "--column",
  });
}

interface Assembly {
  readonly roles: readonly string[];
  readonly statics: readonly ColumnBuilder[];
  readonly origin: Origin;
  readonly options: ReadOptions;
}

function build(
  groups: RowGroups,
  time: ChosenTime | undefined,
  keys: Keys | undefined,
  read: readonly ValueColumn[],
  { roles, statics, origin, options }: Assembly,
): Series[] {
  const { order, starts } = groups;
  const lines = origin.lines.toArray();
  const all: { readonly times: Float64Array; readonly lines: Uint32Array; readonly values: readonly Float64Array[] } =
    order
      ? {
          times: gather(time ? time.values : undefined, order, Float64Array),
          lines: gather(lines, order, Uint32Array),
          values: read.map(({ values }) => gather(values, order, Float64Array)),
        }
      : {
          times: time ? whole(time.values) : count(groups.rows),
          lines: lines.subarray(0, groups.rows),
          values: read.map(({ values }) => whole(values.subarray(0, groups.rows))),
        };
  const staticCodes = statics.map((column) => ({ column, ...codesOf(column, origin, Number.POSITIVE_INFINITY)! }));
  const single = starts.length === 2;
  const part = <A extends Float64Array | Uint32Array>(values: A, s: number): A =>
    single ? values : (values.slice(starts[s], starts[s + 1]) as A);
  return Array.from({ length: starts.length - 1 }, (_, s): Series => {
    const code = groups.codes[s]!;
    const label = keys?.labels[code];
    const rowOf = order ? order[starts[s]!]! : starts[s]!;
    return {
      name: label ? label.join(" ") : (options.name ?? "series"),
      time: { name: time?.name ?? "row", unit: time?.unit ?? "index", values: part(all.times, s), step: 1 },
      columns: read.map(({ name }, c): Column => {
        const role = roles[c - (read.length - roles.length)];
        return { name, values: part(all.values[c]!, s), ...(role !== undefined && { role: role as "past" }) };
      }),
      lines: part(all.lines, s),
      ...(label && { keys: Object.fromEntries(keys!.columns.map(({ name }, k) => [name, label[k]!])) }),
      ...(statics.length > 0 && {
        statics: Object.fromEntries(
          staticCodes.map(({ column, codes, labels }) => [column.name, labels[codes[rowOf]!]!]),
        ),
      }),
    };
  });
}

function gather<A extends Float64Array | Uint32Array>(
  values: A | undefined,
  order: Uint32Array,
  Type: new (length: number) => A,
): A {
  const out = new Type(order.length);
  for (let i = 0; i < order.length; i++) out[i] = values ? values[order[i]!]! : i;
  return out;
}

/** The values without the spare capacity behind them, copied where that would waste more than a quarter. */
function whole(values: Float64Array): Float64Array {
  return values.length * 8 * 4 < values.buffer.byteLength * 3 || values.length < 1 << 16 ? values.slice() : values;
}

function count(rows: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, i) => i);
}

/** Each column of values as a series of its own. */
function split(panel: readonly Series[]): Series[] {
  return panel.flatMap((series) =>
    series.columns
      .filter(({ role }) => role === undefined)
      .map((column) => ({
        ...series,
        name: column.name,
        columns: [
          { name: "value", values: column.values },
          ...series.columns.filter(({ role }) => role !== undefined),
        ],
        keys: { ...series.keys, column: column.name },
      })),
  );
}

/** Lays the series on regular grids, leaves out rows at the end that hold nothing, and sums up. */
function finish({ time, keys, panel }: Found, options: ReadOptions, notes: Note[], layout: Choice["layout"]): Table {
  const chosen = choose(panel, options);
  const usual = usualFrequency(chosen, options);
  const regular = chosen.map((series) => {
    const trimmed = trimTail(series);
    const { series: result, absent } = regularize(trimmed, options.frequency, usual, options.file);
    return { series: result, absent, trimmed: series.time.values.length - trimmed.time.values.length };
  });
  if (panel.length > 1) {
    const where = keys.length > 0 ? `, told apart by ${quoted(keys)}` : "";
    const one = chosen.length === 1 ? `; read: ${chosen[0]!.name}` : "";
    notes.push({ code: "panel", message: `${panel.length} series${where}${one}`, hint: "--series" });
  }
  const frequencies = [
    ...new Set(regular.map(({ series }) => series.time.frequency && describeFrequency(series.time.frequency))),
  ];
  const [frequency] = frequencies;
  if (frequency !== undefined)
    notes.push({ code: "frequency", message: `frequency: ${frequencies.join("; ")}`, hint: "--frequency" });
  noteAbsent(regular, notes);
  const trimmed = regular.reduce((sum, series) => sum + series.trimmed, 0);
  if (trimmed > 0) {
    notes.push({
      code: "trailing-missing",
      message: `${trimmed} rows at the end hold no values: a forecast begins after the last observed value`,
    });
  }
  const result = regular.map(({ series }) => series);
  noteFew(result, notes);
  const [first] = result as [Series];
  return {
    panel: result,
    choice: {
      time: time?.columns.map(({ name }) => name) ?? [],
      unit: first.time.unit,
      form: time?.form ?? null,
      values: first.columns.filter(({ role }) => role === undefined).map(({ name }) => name),
      keys: keys.map(({ name }) => name),
      layout,
      frequency: frequency ?? null,
    },
    notes,
  };
}

/** The series that options name, or all. */
function choose(panel: Panel, { series: wanted, file }: ReadOptions): Panel {
  if (!wanted) return panel;
  const found = panel.filter(({ keys }) => Object.entries(wanted).every(([name, cell]) => keys?.[name] === cell));
  if (found.length > 0) return found;
  const [name, cell] = Object.entries(wanted)[0] ?? ["", ""];
  const known = [...new Set(panel.map(({ keys }) => keys?.[name]))].filter((key) => key !== undefined);
  throw new DataError(
    `no series with "${name}" ${cell}; there are ${known.slice(0, 10).join(", ")}${known.length > 10 ? ", …" : ""}`,
    { file, hint: "--series" },
  );
}

/** The frequency of the longest series, for those too short to tell. */
function usualFrequency(panel: Panel, options: ReadOptions): Frequency | undefined {
  if (panel.length < 2) return undefined;
  const longest = panel.reduce((best, series) =>
    series.time.values.length > best.time.values.length ? series : best,
  );
  return regularize(longest, options.frequency, undefined, options.file).series.time.frequency;
}

/** Without the rows at the end in which every value is missing, but for those with covariates known ahead. */
function trimTail(series: Series): Series {
  if (series.columns.some(({ role }) => role === "future")) return series;
  const values = series.columns.filter(({ role }) => role === undefined);
  let rows = series.time.values.length;
  while (rows > 0 && values.every((column) => Number.isNaN(column.values[rows - 1]!))) rows--;
  if (rows === series.time.values.length || rows === 0) return series;
  return {
    ...series,
    time: { ...series.time, values: series.time.values.slice(0, rows) },
    columns: series.columns.map((column) => ({ ...column, values: column.values.slice(0, rows) })),
    ...(series.lines && { lines: series.lines.slice(0, rows) }),
  };
}

function noteAbsent(regular: readonly { series: Series; absent: AbsentRows | undefined }[], notes: Note[]): void {
  const gaps = regular.filter(({ absent }) => absent !== undefined) as { series: Series; absent: AbsentRows }[];
  if (gaps.length === 0) return;
  const total = gaps.reduce((sum, { absent }) => sum + absent.count, 0);
  const worst = gaps.reduce((a, b) => (b.absent.longest.length > a.absent.longest.length ? b : a));
  const { longest } = worst.absent;
  const of = regular.length > 1 ? ` in ${gaps.length} of ${regular.length} series` : "";
  const stretch = longest.length === 1 ? longest.from : `${longest.from} … ${longest.to}`;
  notes.push({
    code: "gaps",
    message: `${total} ${total === 1 ? "row is" : "rows are"} absent${of} and became missing values: the first ${gaps[0]!.absent.first}, the longest stretch ${longest.length} (${stretch})`,
    hint: "--missing",
  });
}

/** Fewer values than this are weak evidence for any forecast. */
const FEW = 10;

function noteFew(panel: Panel, notes: Note[]): void {
  const few = panel.filter(({ columns: [first] }) => first !== undefined && countNumbers(first.values, FEW) < FEW);
  if (few.length === 0) return;
  const [{ columns }] = few as [Series];
  const message =
    panel.length === 1
      ? `only ${countNumbers(columns[0]!.values, FEW)} values in ${columns[0]!.values.length} rows: weak evidence for a forecast`
      : `${few.length} of ${panel.length} series have fewer than ${FEW} values: weak evidence for a forecast`;
  notes.push({ code: "few-values", message });
}

function countNumbers(values: Float64Array, limit: number): number {
  let numbers = 0;
  for (let i = 0; i < values.length && numbers < limit; i++) if (!Number.isNaN(values[i])) numbers++;
  return numbers;
}
