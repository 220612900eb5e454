import fc from "fast-check";
import { expect, test } from "vitest";
import { formatTime, futureTimes, parseTime, readCsv, type TimeUnit, toDate } from "../src/index.js";

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

test.each([
  ["year", 1949, "1949"],
  ["month", -252, "1949-01"],
  ["month", -1, "1969-12"],
  ["day", -1, "1969-12-31"],
  ["day", 11016, "2000-02-29"],
  ["second", 0, "1970-01-01T00:00:00Z"],
  ["second", -0.5, "1969-12-31T23:59:59.500Z"],
  ["index", -3, "-3"],
] as const)("%s %d is %s", (unit, value, text) => {
  expect(formatTime(unit, value)).toBe(text);
  expect(parseTime(text)).toEqual({ unit, value });
});

test.each([
  ["0999", "index", 999],
  ["999", "index", 999],
  ["1000", "year", 1000],
  ["10000", "index", 10000],
  [" 1949-01 ", "month", -252],
  ["2001-01-01 12:30", "second", 978352200],
  ["2001-01-01T12:30:00-0130", "second", 978357600],
] as const)("%j reads as %s %d", (text, unit, value) => {
  expect(parseTime(text)).toEqual({ unit, value });
});

test.each([
  "1949-13",
  "2001-02-29",
  "1900-02-29",
  "2001-00-01",
  "12:30",
  "2001-01-01T24:00",
  "2001-01-01T00:60",
  "2001-01-01T00:00:60",
  "2001-01-01T00:00+24:00",
  "2001-01-01T00:00+01:60",
  "1949-1",
  "01.02.2001",
  "2001-04-31",
  "x",
  "",
  "1.5",
])("%j is no time", (text) => {
  expect(parseTime(text)).toBeUndefined();
});

test("dates are UTC, whatever zone the text has", () => {
  expect(toDate("year", 2001).toISOString()).toBe("2001-01-01T00:00:00.000Z");
  expect(toDate("month", -252).toISOString()).toBe("1949-01-01T00:00:00.000Z");
  expect(toDate("day", 11016).toISOString()).toBe("2000-02-29T00:00:00.000Z");
  expect(toDate("second", parseTime("2001-01-01T00:30:00.5+01:00")!.value).toISOString()).toBe(
    "2000-12-31T23:30:00.500Z",
  );
  expect(() => toDate("index", 3)).toThrow(/got the index 3/);
});

test("future times go on by the usual step", () => {
  const axis = { name: "day", unit: "day", values: Float64Array.of(0, 7, 21), step: 7 } as const;
  expect([...futureTimes(axis, 3)]).toEqual([28, 35, 42]);
  expect([...futureTimes(axis, 0)]).toEqual([]);
  expect([...futureTimes({ ...axis, values: new Float64Array(0) }, 2)]).toEqual([0, 7]);

  const { time } = readCsv("month,x\n2001-08,1\n2001-11,2\n");
  expect([...futureTimes(time, 3)].map((value) => formatTime(time.unit, value))).toEqual([
    "2002-02",
    "2002-05",
    "2002-08",
  ]);
});
