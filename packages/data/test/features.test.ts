import { expect, test } from "vitest";
import { calendarFeatures, fourierTerms, lagFeatures, parseTime, rollingMean } from "../src/index.js";

const axis = (...texts: string[]) => ({
  unit: parseTime(texts[0]!)!.unit,
  values: Float64Array.from(texts, (text) => parseTime(text)!.value),
});

test("calendar features go round with their cycle", () => {
  const [sine, cosine] = calendarFeatures(axis("2023-01-02", "2023-01-04", "2023-01-09"), ["weekday"]);
  expect(sine!.name).toBe("weekday_sin");
  expect([sine!.values[0], cosine!.values[0]]).toEqual([0, 1]);
  expect(sine!.values[1]).toBeCloseTo(Math.sin((4 * Math.PI) / 7), 12);
  expect(sine!.values[2]).toBe(sine!.values[0]);
  const [hour] = calendarFeatures(axis("2023-01-01T06:00", "2023-01-01T18:00"), ["hour"]);
  expect(hour!.values[0]).toBeCloseTo(1, 12);
  expect(hour!.values[1]).toBeCloseTo(-1, 12);
});

test("one-hot features have one column per place in the cycle, and a single 1", () => {
  const columns = calendarFeatures(axis("2023-01", "2023-12"), ["month"], "one-hot");
  expect(columns.map(({ name }) => name)).toEqual(Array.from({ length: 12 }, (_, i) => `month_${i + 1}`));
  expect(columns.map(({ values }) => values[1])).toEqual([...Array(11).fill(0), 1]);
  expect(
    calendarFeatures(axis("2023-12-31"), ["week", "day", "weekday"], "one-hot")
      .filter(({ values }) => values[0] === 1)
      .map(({ name }) => name),
  ).toEqual(["week_53", "day_31", "weekday_7"]);
});

test("features that an axis does not have are refused", () => {
  expect(() => calendarFeatures(axis("2023-01-02"), ["hour"])).toThrow(
    /expected one that times counted in days have, got "hour"/,
  );
  expect(() => calendarFeatures(axis("2023"), ["month"])).toThrow(/counted in years/);
  expect(() => calendarFeatures(axis("2023-01-02"), ["moon" as "hour"])).toThrow(/feature: expected hour, weekday/);
});

test("Fourier terms repeat after a period and go on from a start", () => {
  const all = fourierTerms({ period: 24, terms: 2, length: 60 });
  expect(all).toHaveLength(4);
  expect(all[2]!.values[1]).toBeCloseTo(Math.sin((4 * Math.PI) / 24), 12);
  for (const { values } of all) expect(values.slice(24, 48)).toEqual(values.slice(0, 24));
  const rest = fourierTerms({ period: 24, terms: 2, length: 10, start: 50 });
  for (const [i, { values }] of rest.entries()) expect(values).toEqual(all[i]!.values.slice(50));
  expect(() => fourierTerms({ period: 6, terms: 4, length: 3 })).toThrow(
    /terms: expected an integer from 1 to half the period of 6, got 4/,
  );
});

test("lags and rolling means look back alone", () => {
  const column = { name: "x", values: Float64Array.of(1, 2, Number.NaN, 4, 6, 8) };
  const [one, three] = lagFeatures(column, [1, 3]);
  expect([...one!.values]).toEqual([Number.NaN, 1, 2, Number.NaN, 4, 6]);
  expect([...three!.values]).toEqual([Number.NaN, Number.NaN, Number.NaN, 1, 2, Number.NaN]);
  expect([...rollingMean(column, 2).values]).toEqual([Number.NaN, Number.NaN, 1.5, Number.NaN, Number.NaN, 5]);
  expect(() => lagFeatures(column, [0])).toThrow(/lag: expected an integer.*1/);
});
