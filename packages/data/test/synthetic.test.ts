import { expect, test } from "vitest";
import { type SyntheticKind, synthetic } from "../src/index.js";

const values = (kind: SyntheticKind, options: object = {}) =>
  synthetic(kind, { length: 20000, seed: 4, ...options }).columns[0]!.values;
const mean = (x: Float64Array) => x.reduce((a, b) => a + b, 0) / x.length;

test("equal seeds give equal values, other seeds others", () => {
  for (const kind of ["trend", "sine", "random-walk", "seasonal"] as const) {
    expect(values(kind)).toEqual(values(kind));
    expect(values(kind)).not.toEqual(values(kind, { seed: 5 }));
  }
});

test("the trend is the notebook's: 5 + 7t, noise of standard deviation 10", () => {
  const noise = values("trend").map((v, t) => v - 5 - 7 * t);
  expect(mean(noise)).toBeCloseTo(0, 0);
  expect(Math.sqrt(mean(noise.map((e) => e * e)))).toBeCloseTo(10, 0);
});

test("a series is one column of values over t = 0, 1, …", () => {
  const series = synthetic("sine", { length: 3, seed: 0 });
  expect(series).toMatchObject({ name: "sine", time: { name: "t", unit: "index", step: 1 } });
  expect([...series.time.values]).toEqual([0, 1, 2]);
  expect(series.columns.map(({ name, values }) => [name, values.length])).toEqual([["value", 3]]);
});

test("noise is normal: two thirds within one deviation, nearly all within two, none kept from step to step", () => {
  const noise = values("trend", { intercept: 0, slope: 0, noise: 2 });
  const share = (limit: number) => noise.filter((e) => Math.abs(e) < limit).length / noise.length;
  // standard errors of these shares at 20000 values: 0.0033 and 0.0015
  expect(Math.abs(share(2) - 0.6827)).toBeLessThan(0.013);
  expect(Math.abs(share(4) - 0.9545)).toBeLessThan(0.006);
  const neighbors = mean(noise.slice(1).map((e, i) => (e * noise[i]!) / 4));
  expect(Math.abs(neighbors)).toBeLessThan(0.03); // standard error 0.0071
});

test("a longer series begins with the shorter one", () => {
  const short = synthetic("trend", { length: 200, seed: 1 }).columns[0]!.values;
  expect(synthetic("trend", { length: 400, seed: 1 }).columns[0]!.values.slice(0, 200)).toEqual(short);
});

test("cycles have their period and amplitude, walks their steps", () => {
  const sine = values("sine", { noise: 0, period: 8, amplitude: 3, intercept: 1 });
  expect([sine[0], sine[2], sine[4], sine[8]].map((v) => v!.toFixed(9))).toEqual([
    "1.000000000",
    "4.000000000",
    "1.000000000",
    "1.000000000",
  ]);
  const seasonal = values("seasonal", { noise: 0, slope: 2, intercept: 0, period: 4, amplitude: 1 });
  expect(seasonal[9]).toBeCloseTo(18 + 1, 9);
  const steps = values("random-walk", { slope: 1, noise: 0, intercept: 3 });
  expect([...steps.slice(0, 3)]).toEqual([3, 4, 5]);
});

test.each<[object, RegExp]>([
  [{ length: 0 }, /length: expected a whole number from 1, got 0/],
  [{ length: 2.5 }, /length: expected a whole number from 1, got 2.5/],
  [{ seed: -1 }, /seed: expected an integer from 0/],
  [{ intercept: "5" }, /intercept: expected a finite number, got 5/],
  [{ period: 3 }, /trend: expected intercept, slope, noise, got "period"/],
  [{ noise: -1 }, /noise: expected at least 0, got -1/],
  [{ slope: Number.NaN }, /slope: expected a finite number, got NaN/],
])("refused: %j", (options, message) => {
  expect(() => synthetic("trend", { length: 5, seed: 1, ...options })).toThrow(message);
});

test("a period that is none is refused", () => {
  expect(() => synthetic("sine", { length: 5, seed: 1, period: 0 })).toThrow(/period: expected more than 0, got 0/);
  expect(() => synthetic("sine", { length: 5, seed: 1, slope: 1 })).toThrow(/sine: expected .*, got "slope"/);
});

test.each(["square", "constructor"])("an unknown kind is refused: %s", (kind) => {
  expect(() => synthetic(kind as SyntheticKind, { length: 5, seed: 1 })).toThrow(
    `synthetic: expected trend, sine, random-walk, seasonal, got ${kind}`,
  );
});
