import { DataError, readCsv } from "@sluice/data";
import { plan, type Recipe, RecipeError, seriesOf } from "@sluice/pipeline";
import { expect, test } from "vitest";
import { prepare } from "../src/preparation/prepare.js";
import { monthly, rising } from "./small-series.js";

const changed = (at: number, value: number) => monthly(rising.map((v, i) => (i === at ? value : v)));

test("transforms are fitted on the training part alone", () => {
  const transforms = ["standardize"] as const;
  const fitted = JSON.stringify(prepare(monthly(rising), { transforms }).fitted);
  expect(JSON.stringify(prepare(changed(95, 1e6), { transforms }).fitted)).toBe(fitted);
  expect(JSON.stringify(prepare(changed(0, 1e6), { transforms }).fitted)).not.toBe(fitted);
});

test.each([
  [
    "no rows for a window",
    monthly(rising.slice(0, 20)),
    { lookback: 24 },
    /too few rows: one window needs 2\d training rows \(lookback 24.*but 16 remain after holding out 4 of 20/,
  ],
  [
    "more rows held out than there are",
    monthly(rising),
    { holdOut: 96 },
    /too few rows.*but 0 remain after holding out 96 of 96/,
  ],
  [
    "all rows held out but one",
    monthly(rising),
    { holdOut: 95 },
    /too few rows.*but 1 remain after holding out 95 of 96/,
  ],
  ["all values equal", monthly(rising.map(() => 7)), {}, /all values equal 7.*choose another column/],
  ["values past single precision", changed(30, 1e39), { transforms: [] }, /1e\+39 at 1952-07.*3\.4e38/],
  ["values too far apart", changed(30, 1e300), { transforms: ["standardize"] }, /finite variance/],
  [
    "a straight line, differenced and standardized",
    monthly(rising.map((_, t) => t)),
    { transforms: [{ difference: 1 }, "standardize"] },
    /transforms/,
  ],
  ["a logarithm of a negative value", changed(30, -2), { transforms: ["log"] }, /-2 at 1952-07.*log/],
  ["missing values that are refused", changed(30, Number.NaN), { missing: "refuse" }, /1952-07.*first of 1 missing/],
  ["nothing but missing values", monthly(rising.map(() => Number.NaN)), {}, /expected values, got only missing ones/],
] as const)("%s: a DataError that names the column", (_, series, recipe, message) => {
  expect(() => prepare(series, recipe as Recipe)).toThrow(DataError);
  expect(() => prepare(series, recipe as Recipe)).toThrow(message);
  try {
    prepare(series, recipe as Recipe);
  } catch (error) {
    expect((error as DataError).column).toBe("passengers");
  }
});

test("a recipe with a source accepts its own series only", () => {
  expect(() => prepare(monthly(rising), { preset: "notebook" })).toThrow(RecipeError);
  prepare(monthly(rising), { preset: "notebook", source: null, holdOut: 0.2 });
  prepare(seriesOf({ preset: "notebook", dataSeed: 4 }), { preset: "notebook", dataSeed: 4 });
});

test("a plan is JSON and describes the data", () => {
  const facts = plan(changed(30, Number.NaN), {});
  expect(JSON.parse(JSON.stringify(facts))).toEqual(facts);
  expect(facts.data).toMatchObject({
    column: "passengers",
    rows: 96,
    unit: "month",
    first: "1950-01",
    last: "1957-12",
  });
  expect(facts.data.missing).toEqual({ count: 1, longest: { length: 1, from: "1952-07", to: "1952-07" } });
  expect(facts.split).toEqual({ train: 77, heldOut: 19 });
});

test("rows without a value at the end are left out, so that a forecast begins after the last value", () => {
  const series = monthly(rising.map((v, i) => (i >= 90 ? Number.NaN : v)));
  const { target } = prepare(series);
  expect(target.values).toHaveLength(90);
  expect(target.trailing).toBe(6);
  expect(plan(series).data).toMatchObject({ rows: 90, last: "1957-06", missing: { count: 0, trailing: 6 } });
});

test("rows that the calendar has and the file lacks are counted apart, with the frequency in words", () => {
  const lines = rising.map(
    (_, i) => `${1950 + Math.floor(i / 12)}-${String((i % 12) + 1).padStart(2, "0")},${rising[i]}`,
  );
  const series = readCsv(["month,x", ...lines.filter((_, i) => i !== 40 && i !== 41)].join("\n"));
  expect(plan(series).data).toMatchObject({ rows: 96, frequency: "month", missing: { count: 2, absent: 2 } });
  expect(() => prepare(series, { missing: "refuse" })).toThrow(
    expect.objectContaining({ hint: "--missing interpolate", row: undefined }),
  );
});

test.each([["sqrt"], ["log1p"], ["box-cox"], ["yeo-johnson"], ["robust"], ["mean"], [{ lastSeason: 12 }]] as const)(
  "the transform %j prepares a series",
  (transform) => {
    const { fitted, recipe } = prepare(monthly(rising), { transforms: [transform, "standardize"] });
    expect(fitted).toHaveLength(2);
    expect(recipe.transforms[0]).toEqual(transform);
  },
);

test("a last season that is longer than the training part is a DataError", () => {
  expect(() => prepare(monthly(rising), { transforms: [{ lastSeason: 80 }] })).toThrow(DataError);
});
