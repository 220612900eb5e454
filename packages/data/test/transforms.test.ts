import fc from "fast-check";
import { expect, test } from "vitest";
import {
  applyTransforms,
  fitTransforms,
  invertForecast,
  invertOneStep,
  lagOf,
  type TransformSpec,
} from "../src/index.js";

const spec = fc.oneof(
  fc.constantFrom<TransformSpec>("standardize", "min-max"),
  fc.integer({ min: 1, max: 4 }).map((difference): TransformSpec => ({ difference })),
);
/** A logarithm makes sense at the start alone. */
const chain = fc
  .tuple(fc.boolean(), fc.array(spec, { maxLength: 3 }))
  .map(([log, rest]): TransformSpec[] => (log ? ["log", ...rest] : rest));
const series = fc
  .array(fc.double({ min: 1, max: 1000, noNaN: true }), { minLength: 24, maxLength: 40 })
  .filter((values) => new Set(values.map((v) => Math.round(v * 100))).size > 20);

/** Differences of nearly equal values lose digits: errors are held against the size of the series. */
const near = (got: ArrayLike<number>, want: ArrayLike<number>) => {
  for (let i = 0; i < want.length; i++) expect(Math.abs(got[i]! - want[i]!)).toBeLessThan(1e-6);
};

test("what a chain did is undone one step at a time, from actual values", () => {
  fc.assert(
    fc.property(chain, series, (specs, list) => {
      const values = Float64Array.from(list);
      const fitted = fitTransforms(specs, values);
      const lag = lagOf(specs);
      const transformed = applyTransforms(fitted, values);
      expect(transformed).toHaveLength(values.length - lag);
      near(invertOneStep(fitted, transformed, values, lag), values.slice(lag));
    }),
  );
});

test("a forecast of the true continuation gives the true continuation", () => {
  fc.assert(
    fc.property(chain, series, fc.integer({ min: 1, max: 6 }), (specs, list, horizon) => {
      const values = Float64Array.from(list);
      const history = values.slice(0, values.length - horizon);
      const fitted = fitTransforms(specs, history);
      const transformed = applyTransforms(fitted, values).slice(-horizon);
      near(invertForecast(fitted, transformed, history), values.slice(-horizon));
    }),
  );
});

test("the notebook's level is the predicted difference plus the level before", () => {
  const values = Float64Array.of(5, 12, 18, 30);
  const fitted = fitTransforms([{ difference: 1 }], values);
  expect([...applyTransforms(fitted, values)]).toEqual([7, 6, 12]);
  expect([...invertOneStep(fitted, Float64Array.of(1, 2), values, 2)]).toEqual([13, 20]);
});

test("constants come from the training part alone", () => {
  const [scale] = fitTransforms(["standardize"], Float64Array.of(1, 3));
  expect(scale).toEqual({ kind: "scale", offset: 2, factor: 1 });
  expect([...applyTransforms([scale!], Float64Array.of(1, 3, 100))]).toEqual([-1, 1, 98]);
  expect(fitTransforms(["min-max"], Float64Array.of(2, 6, 4))).toEqual([{ kind: "scale", offset: 2, factor: 4 }]);
});

test.each([
  [["standardize"], [3, 3, 3], /standardize: expected values that vary, got 3 equal ones \(standard deviation 0\)/],
  [["min-max"], [3, 3], /min-max: expected values that vary/],
  [["log", "standardize"], [1, -2, 3], /log: expected values above 0, got -2 at position 1/],
  [[{ difference: 3 }], [1, 2, 3], /difference: expected more than 3 values, got 3/],
  [[{ difference: 0 }], [1, 2, 3], /difference: expected a whole number from 1, got 0/],
  [["sqrt"], [1, 2], /transform: expected log, standardize, min-max or \{ difference \}, got "sqrt"/],
] as [TransformSpec[], number[], RegExp][])("refused: %j of %j", (specs, values, message) => {
  expect(() => fitTransforms(specs, Float64Array.from(values))).toThrow(message);
});

test("positions that the chain cannot reach are refused", () => {
  const values = Float64Array.of(1, 2, 4, 8);
  const fitted = fitTransforms([{ difference: 2 }], values);
  expect(() => invertOneStep(fitted, Float64Array.of(1), values, 1)).toThrow(
    /expected positions within 2 … 4, got 1/,
  );
  expect(() => invertForecast(fitted, Float64Array.of(1), Float64Array.of(1))).toThrow(
    /history of at least 2 values, got 1/,
  );
});
