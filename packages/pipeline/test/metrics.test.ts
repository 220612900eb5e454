import { metricsOf } from "@sluice/pipeline";
import fc from "fast-check";
import { expect, test } from "vitest";
import { naiveScale } from "../src/evaluation/metrics.js";

const f64 = (...values: number[]) => Float64Array.from(values);

test("errors of 1, −2 and 2 have a mean square of 3 and a mean size of 5/3", () => {
  const metrics = metricsOf(f64(10, 10, 10), f64(11, 8, 12), 5)!;
  expect(metrics.mse).toBe(3);
  expect(metrics.rmse).toBe(Math.sqrt(3));
  expect(metrics.mae).toBe(5 / 3);
  expect(metrics.mase).toBe(5 / 3 / 5);
  expect(metrics.count).toBe(3);
});

test("a missing value is excluded", () => {
  const metrics = metricsOf(f64(1, Number.NaN, 3), f64(2, 2, 5), 1)!;
  expect(metrics).toMatchObject({ count: 2, mae: 1.5, mse: 2.5 });
});

test("without a single known value there are no metrics", () => {
  expect(metricsOf(f64(Number.NaN), f64(1), 1)).toBeNull();
  expect(metricsOf(f64(), f64(), 1)).toBeNull();
});

test("a naive method without error leaves MASE undefined, not infinite", () => {
  expect(metricsOf(f64(1), f64(2), 0)!.mase).toBeNull();
});

test("the naive scale is the mean change over a season, without pairs that have a gap", () => {
  expect(naiveScale(f64(1, 2, 4, 8), 1)).toBe(7 / 3);
  expect(naiveScale(f64(1, 2, 4, 8), 2)).toBe(4.5);
  expect(naiveScale(f64(1, Number.NaN, 4, 8), 1)).toBe(4);
  expect(naiveScale(f64(1, 2), 12)).toBe(0);
});

test("the root of the mean square is never below the mean size", () => {
  const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 50 });
  fc.assert(
    fc.property(values, (errors) => {
      const metrics = metricsOf(new Float64Array(errors.length), Float64Array.from(errors), 1)!;
      return metrics.rmse >= metrics.mae * (1 - 1e-12) - 1e-150; // squares of less than that vanish
    }),
  );
});
