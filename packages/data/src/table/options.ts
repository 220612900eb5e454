import { expectBoolean, expectInteger, expectKeys, expectOneOf } from "@sluice/kernel-wasm/checks";
import type { CsvFormat } from "../csv/dialect.js";

export const LAYOUTS = ["long", "wide"] as const;

/** A column by its name or by its number from 0. */
export type ColumnName = string | number;

export interface ReadOptions extends CsvFormat {
  /** The column of times, or the columns that make up a time together; found by default. */
  readonly time?: ColumnName | readonly ColumnName[];
  /** The columns of values; by default all that hold numbers. */
  readonly columns?: readonly ColumnName[];
  /** The columns that tell several series apart; found by default where times repeat. */
  readonly id?: ColumnName | readonly ColumnName[];
  /** The one series to read of several: the cells of its key columns, or the name of its column. */
  readonly series?: Readonly<Record<string, string>>;
  /** `wide`: each column of values is a series of its own. */
  readonly layout?: (typeof LAYOUTS)[number];
  /** Covariates: columns known up to now, known for the rows to forecast too, or constant over a series. */
  readonly covariates?: {
    readonly past?: readonly ColumnName[];
    readonly future?: readonly ColumnName[];
    readonly static?: readonly ColumnName[];
  };
  /** The form of dates as an LDML pattern, such as dd/MM/yyyy. */
  readonly dateFormat?: string;
  /** The frequency of the rows, such as `day`, `business-day`, `month-end`, `15 minutes` or `row`; found by default. */
  readonly frequency?: string;
  /** Words and numbers that stand for a missing value, beside an empty cell and the usual words. */
  readonly naValues?: readonly string[];
  /** The name of the series; "series" by default. */
  readonly name?: string;
}

const KEYS = [
  "delimiter",
  "decimal",
  "header",
  "comment",
  "skipRows",
  "file",
  "time",
  "columns",
  "id",
  "series",
  "layout",
  "covariates",
  "dateFormat",
  "frequency",
  "naValues",
  "name",
] as const satisfies readonly (keyof ReadOptions)[];

/** @throws RangeError or TypeError for an option that does not exist or has a wrong value; `more` are options of the caller. */
export function checkReadOptions(options: ReadOptions, more: readonly string[] = []): void {
  expectKeys("options", options, [...KEYS, ...more]);
  const { decimal, header, skipRows, layout } = options;
  if (decimal !== undefined) expectOneOf("decimal", decimal, [".", ","]);
  if (header !== undefined) expectBoolean("header", header);
  if (skipRows !== undefined) expectInteger("skipRows", skipRows, 0);
  if (layout !== undefined) expectOneOf("layout", layout, LAYOUTS);
}

export const listOf = (names: ColumnName | readonly ColumnName[] | undefined): readonly ColumnName[] =>
  names === undefined ? [] : typeof names === "object" ? names : [names];

/** The columns that options name, undefined where some are to be found among all. */
export function namedColumns({
  time,
  columns,
  id,
  series,
  covariates,
}: ReadOptions): readonly ColumnName[] | undefined {
  if (time === undefined || columns === undefined) return undefined;
  return [
    ...listOf(time),
    ...columns,
    ...listOf(id),
    ...Object.keys(series ?? {}),
    ...Object.values(covariates ?? {}).flat(),
  ];
}
