import fc from "fast-check";
import { expect, test } from "vitest";
import { interpolate, missing, readCsv, type Series, slice, splitTail } from "../src/index.js";

const series: Series = {
  ...readCsv(
    "day,a,b\n2001-01-01,,1\n2001-01-02,2,1\n2001-01-03,,1\n2001-01-05,,1\n2001-01-06,10,1\n2001-01-07,,1\n",
    {
      frequency: "row",
      columns: ["a", "b"],
    },
  ),
};
const alone: Series = { ...series, columns: series.columns.slice(0, 1) };

test("missing values are counted, and the longest run is named", () => {
  expect(missing(alone)).toEqual({
    count: 4,
    longest: { length: 2, from: "2001-01-03", to: "2001-01-05", column: "a" },
  });
  expect(missing(slice(alone, 1, 2))).toEqual({ count: 0, longest: null });
});

test("interpolation is a line over time; ends take the nearest value", () => {
  expect([...interpolate(alone).columns[0]!.values]).toEqual([2, 2, 4, 8, 10, 10]);
  expect(Number.isNaN(series.columns[0]!.values[0])).toBe(true); // the original is kept
  expect(() => interpolate(slice(alone, 0, 1))).toThrow(/column "a": expected at least one value, got none/);
});

test("of runs as long the first is named, and columns are counted together", () => {
  const two = readCsv("year,a,b\n2001,,1\n2002,2,\n2003,3,\n2004,,\n2005,,5\n");
  expect(missing(two)).toEqual({ count: 6, longest: { length: 3, from: "2002", to: "2004", column: "b" } });
  expect(missing(slice(two, 0, 3)).longest).toEqual({ length: 2, from: "2002", to: "2003", column: "b" });
  expect(missing(slice(two, 0, 2)).longest).toEqual({ length: 1, from: "2001", to: "2001", column: "a" });
});

test("interpolation leaves values as they are, and nothing missing", () => {
  const cells = fc.array(fc.option(fc.integer({ min: -99, max: 99 })), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(
      cells.filter((list) => list.some((v) => v !== null)),
      (list) => {
        const text = list.map((v, i) => `${2001 + i * i},${v ?? ""}`).join("\n");
        const before = readCsv(`year,x\n${text}\n`, { time: "year", columns: ["x"], frequency: "row" });
        const [after] = interpolate(before).columns;
        const known = list.filter((v) => v !== null);
        const last = list.findLastIndex((v) => v !== null);
        list.slice(0, last + 1).forEach((v, i) => {
          if (v !== null) expect(after!.values[i]).toBe(v);
          expect(after!.values[i]).toBeGreaterThanOrEqual(Math.min(...known) - 1e-9);
          expect(after!.values[i]).toBeLessThanOrEqual(Math.max(...known) + 1e-9);
        });
      },
    ),
  );
});

test("a split is by time, and its parts keep their rows and lines", () => {
  const { train, test: rest } = splitTail(series, 2);
  expect([train.time.values.length, rest.time.values.length]).toEqual([4, 2]);
  expect([...rest.lines!]).toEqual([6, 7]);
  expect([...rest.columns[0]!.values]).toEqual([10, Number.NaN]);
  expect(splitTail(series, 0).test.time.values).toHaveLength(0);
  expect(splitTail(series, 6).train.time.values).toHaveLength(0);
  expect(() => splitTail(series, 7)).toThrow(/split: expected an integer from 0 to 6, got 7/);
  expect(() => splitTail(series, 1.5)).toThrow(/got 1.5/);
});
