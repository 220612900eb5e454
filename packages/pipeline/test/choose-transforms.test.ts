import { Random } from "@sluice/kernel-wasm/math";
import { chooseTransforms } from "@sluice/pipeline";
import { expect, test } from "vitest";
import { airline } from "./small-series.js";

const noise = (n: number) => {
  const random = new Random(5);
  return Float64Array.from({ length: n }, () => random.normal());
};

test("stationary noise is only standardized", () => {
  expect(chooseTransforms(noise(200), 1)).toEqual(["standardize"]);
});

test("a random walk is differenced", () => {
  let level = 0;
  expect(
    chooseTransforms(
      noise(400).map((v) => (level += v)),
      1,
    ),
  ).toEqual([{ difference: 1 }, "standardize"]);
});

test("a season is differenced if there are three of them", () => {
  const values = noise(60).map((v, t) => v + 20 * (t % 12));
  expect(chooseTransforms(values, 12)[0]).toEqual({ difference: 12 });
  expect(chooseTransforms(values.subarray(0, 35), 12)).not.toContainEqual({ difference: 12 });
});

test("positive values with a ratio of two or more get a logarithm", () => {
  expect(chooseTransforms(Float64Array.from(airline), 12)[0]).toBe("log");
  expect(
    chooseTransforms(
      Float64Array.from(airline, (v) => v - 104),
      12,
    ),
  ).not.toContain("log");
  expect(
    chooseTransforms(
      Float64Array.from(airline, (v) => v + 1000),
      12,
    ),
  ).not.toContain("log");
});

test("no logarithm where a value after the training part is not positive", () => {
  const all = Float64Array.from(airline);
  all[all.length - 1] = 0;
  const training = all.subarray(0, 46);
  expect(chooseTransforms(training, 12)[0]).toBe("log");
  expect(chooseTransforms(training, 12, all)).not.toContain("log");
});

test("differences that leave nothing but rounding errors are not chosen", () => {
  const weekly = Float64Array.from({ length: 70 }, (_, t) => [0.1, 0.4, 0.2, 0.9, 0.3, 0.8, 0.7][t % 7]!);
  expect(chooseTransforms(weekly, 7)).not.toContainEqual({ difference: 7 });
  const line = Float64Array.from({ length: 50 }, (_, t) => 0.1 * t - 3);
  expect(chooseTransforms(line, 1)).toEqual(["standardize"]);
});

test("transforms that overflow single precision after the training part are not chosen", () => {
  const all = Float64Array.from({ length: 60 }, (_, t) => (t < 50 ? (t % 5) + ((t * 37) % 11) * 1e-11 : t * 1e30));
  expect(chooseTransforms(all.subarray(0, 50), 5)[0]).toEqual({ difference: 5 });
  expect(chooseTransforms(all.subarray(0, 50), 5, all)).toEqual(["standardize"]);
});
