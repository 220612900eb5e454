import fc from "fast-check";
import { expect, test } from "vitest";
import { formatTime, futureTimes, parseTime, type TimeUnit, toDate } from "../src/index.js";

test("what is written is read back", () => {
  const units: [TimeUnit, number, number][] = [
    ["year", 1000, 9999],
    ["month", -12000, 90000],
    ["day", -700000, 2900000],
    ["second", -6e10, 2.5e11],
    ["index", -999, 999],
  ];
  for (const [unit, min, max] of units) {
    fc.assert(
      fc.property(fc.integer({ min, max }), (value) => {
        expect(parseTime(formatTime(unit, value))).toEqual({ unit, value });
      }),
    );
  }
});

test.each(["1949-13", "2001-02-29", "1900-02-29", "2001-00-01", "12:30", "2001-01-01T24:00", "x", "", "1.5"])(
  "%j is no time",
  (text) => {
    expect(parseTime(text)).toBeUndefined();
  },
);

test("dates are UTC, whatever zone the text has", () => {
  expect(toDate("month", -252).toISOString()).toBe("1949-01-01T00:00:00.000Z");
  expect(toDate("second", parseTime("2001-01-01T00:30:00.5+01:00")!.value).toISOString()).toBe(
    "2000-12-31T23:30:00.500Z",
  );
  expect(() => toDate("index", 3)).toThrow(/got the index 3/);
});

test("future times go on by the usual step", () => {
  const axis = { name: "day", unit: "day", values: Float64Array.of(0, 7, 21), step: 7 } as const;
  expect([...futureTimes(axis, 3)]).toEqual([28, 35, 42]);
});
