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
