import { expect, test } from "vitest";
import { interpolate, missing, readCsv, slice, splitTail } from "../src/index.js";

const series = readCsv("day,a\n2001-01-01,\n2001-01-02,2\n2001-01-03,\n2001-01-05,\n2001-01-06,10\n2001-01-07,\n");

test("missing values are counted, and the longest run is named", () => {
  expect(missing(series)).toEqual({
    count: 4,
    longest: { length: 2, from: "2001-01-03", to: "2001-01-05", column: "a" },
  });
  expect(missing(slice(series, 1, 2))).toEqual({ count: 0, longest: null });
});

test("interpolation is a line over time; ends take the nearest value", () => {
  expect([...interpolate(series).columns[0]!.values]).toEqual([2, 2, 4, 8, 10, 10]);
  expect(Number.isNaN(series.columns[0]!.values[0])).toBe(true); // the original is kept
  expect(() => interpolate(slice(series, 0, 1))).toThrow(/column "a": expected at least one value, got none/);
});

test("a split is by time, and its parts keep their rows and lines", () => {
  const { train, test: rest } = splitTail(series, 2);
  expect([train.time.values.length, rest.time.values.length]).toEqual([4, 2]);
  expect([...rest.lines!]).toEqual([6, 7]);
  expect(() => splitTail(series, 7)).toThrow(/split: expected a count from 0 to 6, got 7/);
});
