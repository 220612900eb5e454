import fc from "fast-check";
import { expect, test } from "vitest";
import {
  describeFrequency,
  formatTime,
  futureTimes,
  inferFrequency,
  parseFrequency,
  readCsv,
  seasonLength,
} from "../src/index.js";
import { civilDate, dayNumber, isoWeekStart, weekday } from "../src/time/calendar.js";

/** The series of these times, read from a file. */
const axis = (times: readonly string[]) =>
  readCsv(`date,x\n${times.map((t, i) => `${t},${i * i}`).join("\n")}\n`, { time: "date" }).time;
const next = (times: readonly string[], count = 3) => {
  const time = axis(times);
  return [...futureTimes(time, count)].map((value) => formatTime(time.unit, value));
};

test.each([
  ["month ends", ["2018-10-31", "2018-11-30", "2018-12-31"], "month end", ["2019-01-31", "2019-02-28", "2019-03-31"]],
  [
    "month ends from February",
    ["2019-02-28", "2019-03-31", "2019-04-30"],
    "month end",
    ["2019-05-31", "2019-06-30", "2019-07-31"],
  ],
  [
    "firsts of months",
    ["2018-11-01", "2018-12-01", "2019-01-01"],
    "month",
    ["2019-02-01", "2019-03-01", "2019-04-01"],
  ],
  [
    "the 15th of months",
    ["2018-11-15", "2018-12-15", "2019-01-15"],
    "month (day 15)",
    ["2019-02-15", "2019-03-15", "2019-04-15"],
  ],
  [
    "the 30th of months",
    ["2018-11-30", "2018-12-30", "2019-01-30"],
    "month (day 30)",
    ["2019-02-28", "2019-03-30", "2019-04-30"],
  ],
  [
    "quarter ends",
    ["2018-06-30", "2018-09-30", "2018-12-31"],
    "quarter end",
    ["2019-03-31", "2019-06-30", "2019-09-30"],
  ],
  ["quarters", ["2018Q3", "2018Q4", "2019Q1"], "quarter", ["2019-04", "2019-07", "2019-10"]],
  ["years as dates", ["2017-01-01", "2018-01-01", "2019-01-01"], "year", ["2020-01-01", "2021-01-01", "2022-01-01"]],
  [
    "weeks from Sunday",
    ["2023-01-01", "2023-01-08", "2023-01-15"],
    "week (Sunday)",
    ["2023-01-22", "2023-01-29", "2023-02-05"],
  ],
  [
    "ISO weeks over the year's end",
    ["2020-W52", "2020-W53", "2021-W01"],
    "week (Monday)",
    ["2021-01-11", "2021-01-18", "2021-01-25"],
  ],
  [
    "quarter-hours",
    ["2023-01-01 23:15", "2023-01-01 23:30", "2023-01-01 23:45"],
    "15 minutes",
    ["2023-01-02T00:00:00Z", "2023-01-02T00:15:00Z", "2023-01-02T00:30:00Z"],
  ],
  [
    "days at midnight",
    ["2023-01-30 00:00:00", "2023-01-31 00:00:00", "2023-02-01 00:00:00"],
    "day",
    ["2023-02-02", "2023-02-03", "2023-02-04"],
  ],
  [
    "months at noon",
    ["2023-01-31 12:00", "2023-02-28 12:00", "2023-03-31 12:00"],
    "month end",
    ["2023-04-30T12:00:00Z", "2023-05-31T12:00:00Z", "2023-06-30T12:00:00Z"],
  ],
] as const)("%s go on by the calendar", (_, times, frequency, expected) => {
  expect(describeFrequency(axis(times).frequency!)).toBe(frequency);
  expect(next(times)).toEqual(expected);
});

test("business days skip weekends, and their season is a week of five", () => {
  const times = ["2023-01-03", "2023-01-04", "2023-01-05", "2023-01-06", "2023-01-09", "2023-01-10", "2023-01-11"];
  const { frequency } = axis(times);
  expect(describeFrequency(frequency!)).toBe("business day");
  expect(seasonLength(frequency!)).toBe(5);
  expect(next(times, 4)).toEqual(["2023-01-12", "2023-01-13", "2023-01-16", "2023-01-17"]);
});

test("sessions skip nights and weekends", () => {
  const times = ["05", "06", "09", "10"].flatMap((day) =>
    ["09:30", "12:45", "16:00"].map((clock) => `2023-01-${day} ${clock}`),
  );
  const time = axis(times);
  expect(describeFrequency(time.frequency!)).toBe("195 minutes from 09:30 to 16:00, Monday to Friday");
  expect(seasonLength(time.frequency!)).toBe(3);
  expect(next(times.slice(0, 6), 4)).toEqual([
    "2023-01-09T09:30:00Z",
    "2023-01-09T12:45:00Z",
    "2023-01-09T16:00:00Z",
    "2023-01-10T09:30:00Z",
  ]);
});

test.each([
  ["month", 12],
  ["month-end", 12],
  ["2 months", 6],
  ["quarter", 4],
  ["week", 52],
  ["day", 7],
  ["business-day", 5],
  ["hour", 24],
  ["6 hours", 4],
  ["15 minutes", 96],
  ["30 min", 48],
  ["minute", 60],
  ["year", 1],
  ["row", 1],
])("the season of %s has %d rows", (name, rows) => {
  expect(seasonLength(parseFrequency(name))).toBe(rows);
});

test("unknown frequencies are refused", () => {
  for (const name of ["fortnight", "", "0 days", "day-end", "-3 hours"]) {
    expect(() => parseFrequency(name)).toThrow("frequency: expected row, second, minute, hour");
  }
});

test("a named frequency decides where times alone do not, and irregular times need one", () => {
  const text = "date,x\n2023-01-01,1\n2023-01-02,2\n2023-01-09,3\n2023-01-30,4\n2023-02-19,5\n";
  expect(() => readCsv(text)).toThrow(
    /row 4, column "date": the times have no regular frequency: 2023-01-02 is followed by 2023-01-09/,
  );
  expect(readCsv(text, { frequency: "day" }).time.values).toHaveLength(50);
  expect(readCsv(text, { frequency: "row" }).time.values).toHaveLength(5);
  expect(() => readCsv(text, { frequency: "month" })).toThrow(
    /expected times every month, got 2023-01-02 after 2023-01-01/,
  );
  expect(() => readCsv(text, { frequency: "hour" })).toThrow(
    /expected one that fits times counted in days, got "hour"/,
  );
  const jitter = readCsv("t,x\n2023-01-01 10:00:03,1\n2023-01-01 10:05:01,2\n2023-01-01 10:09:58,3\n", {
    frequency: "5 minutes",
  });
  expect([...jitter.time.values].map((t) => formatTime("second", t))).toEqual([
    "2023-01-01T10:00:00Z",
    "2023-01-01T10:05:00Z",
    "2023-01-01T10:10:00Z",
  ]);
});

test("dates agree with the platform's calendar over four thousand years", () => {
  fc.assert(
    fc.property(fc.integer({ min: -700_000, max: 800_000 }), (day) => {
      const date = new Date(day * 86_400_000);
      const { year, month, day: dayOfMonth } = civilDate(day);
      expect([year, month, dayOfMonth]).toEqual([date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()]);
      expect(dayNumber(year, month, dayOfMonth)).toBe(day);
      expect(weekday(day) % 7).toBe(date.getUTCDay());
    }),
  );
  expect(dayNumber(2023, 2, 29)).toBeNaN();
  expect(dayNumber(1900, 2, 29)).toBeNaN();
  expect(isoWeekStart(2021, 53)).toBeNaN();
  expect(isoWeekStart(2020, 53)).toBe(dayNumber(2020, 12, 28));
});

test("a frequency found from some rows gives the rows that were left out", () => {
  const kinds = fc.constantFrom("day", "business-day", "week", "month-end", "month", "quarter", "year");
  fc.assert(
    fc.property(
      kinds,
      fc.integer({ min: 0, max: 20_000 }),
      fc.uniqueArray(fc.integer({ min: 1, max: 38 }), { maxLength: 8 }),
      (kind, start, gaps) => {
        const step = { day: 1, week: 7 }[kind as "day"] ?? 0;
        const months = { month: 1, "month-end": 1, quarter: 3, year: 12 }[kind as "month"] ?? 0;
        const all: number[] = [];
        for (let i = 0; all.length < 40; i++) {
          if (kind === "business-day") {
            if (weekday(start + i) < 6) all.push(start + i);
          } else if (months === 0) all.push(start + i * step);
          else {
            const { year, month } = civilDate(start);
            const date = new Date(
              Date.UTC(year, month - 1 + i * months + (kind === "month-end" ? 1 : 0), kind === "month-end" ? 0 : 1),
            );
            all.push(date.getTime() / 86_400_000);
          }
        }
        const kept = Float64Array.from(all.filter((_, i) => !gaps.includes(i)));
        const frequency = inferFrequency("day", kept)!;
        const time = { name: "t", unit: "day", values: kept.slice(0, 1), step: 1, frequency } as const;
        expect([kept[0]!, ...futureTimes(time, 39)]).toEqual(all);
      },
    ),
  );
});
