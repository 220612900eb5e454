import fc from "fast-check";
import { expect, test } from "vitest";
import {
  applyTransforms,
  fitTransforms,
  invertForecast,
  invertOneStep,
  lagOf,
  synthetic,
  type TransformSpec,
} from "../src/index.js";

const spec = fc.oneof(
  fc.constantFrom<TransformSpec>("standardize", "min-max", "robust", "mean", "yeo-johnson", { lastSeason: 5 }),
  fc.integer({ min: 1, max: 4 }).map((difference): TransformSpec => ({ difference })),
);
/** Transforms of positive values come first, where values surely are: one of values from 1, or two logarithms of values from e. */
const positive = fc.constantFrom<TransformSpec[]>(
  [],
  ["log"],
  ["log", "log"],
  ["log1p"],
  ["sqrt"],
  ["box-cox"],
  ["log1p", "log1p"],
  ["sqrt", "box-cox"],
);
const chain = fc
  .tuple(positive, fc.array(spec, { maxLength: 3 }))
  .map(([first, rest]): TransformSpec[] => [...first, ...rest]);
const series = fc
  .array(fc.double({ min: 3, max: 1000, noNaN: true }), { minLength: 24, maxLength: 40 })
  .filter((values) => new Set(values.map((v) => Math.round(v * 100))).size > 20);

/** Equal within 1e-9 of the size of the series: a difference of near values keeps no more digits. */
const near = (got: ArrayLike<number>, want: ArrayLike<number>, values: Float64Array) => {
  const size = Math.max(...values.map(Math.abs));
  expect(got).toHaveLength(want.length);
  for (let i = 0; i < want.length; i++) expect(Math.abs(got[i]! - want[i]!)).toBeLessThan(1e-9 * size);
};

test("what a chain did is undone one step at a time, from actual values", () => {
  fc.assert(
    fc.property(chain, series, (specs, list) => {
      const values = Float64Array.from(list);
      const fitted = fitTransforms(specs, values);
      const lag = lagOf(specs);
      const transformed = applyTransforms(fitted, values);
      expect(transformed).toHaveLength(values.length - lag);
      near(invertOneStep(fitted, transformed, values, lag), values.slice(lag), values);
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
      near(invertForecast(fitted, transformed, history), values.slice(-horizon), values);
    }),
  );
});

test("logarithms may follow what is positive", () => {
  const values = Float64Array.from({ length: 12 }, (_, i) => 2 ** i + i); // rises ever faster
  const specs: TransformSpec[] = [{ difference: 1 }, "log", "standardize", { difference: 2 }, "min-max"];
  const fitted = fitTransforms(specs, values);
  const transformed = applyTransforms(fitted, values);
  expect(transformed).toHaveLength(9);
  near(invertOneStep(fitted, transformed, values, 3), values.slice(3), values);
  near(invertForecast(fitted, transformed.slice(-4), values.slice(0, 8)), values.slice(-4), values);
});

test("a season of differences goes on from the season before, forecasts included", () => {
  const season = Float64Array.of(1, 5, 9, 2, 6, 10);
  const fitted = fitTransforms([{ difference: 3 }], season);
  expect([...applyTransforms(fitted, season)]).toEqual([1, 1, 1]);
  expect([...invertForecast(fitted, Float64Array.of(1, 1, 1, 1), season)]).toEqual([3, 7, 11, 4]);
});

test("one step past the last value can be inverted, and its actual values decide it, not other predictions", () => {
  const values = Float64Array.of(1, 2, 4);
  const fitted = fitTransforms([{ difference: 1 }], values);
  expect([...invertOneStep(fitted, Float64Array.of(100, 100, 5), values, 1)]).toEqual([101, 102, 9]);
});

test("no transform at all changes nothing", () => {
  const values = Float64Array.of(3, 1, 2);
  expect(lagOf([])).toBe(0);
  expect(applyTransforms(fitTransforms([], values), values)).toEqual(values);
  expect(invertForecast([], Float64Array.of(7), values)).toEqual(Float64Array.of(7));
});

test("lags add up, as specified and as fitted", () => {
  const specs: TransformSpec[] = ["log", { difference: 12 }, "standardize", { difference: 1 }];
  expect(lagOf(specs)).toBe(13);
  expect(
    lagOf(
      fitTransforms(
        specs,
        Float64Array.from({ length: 40 }, (_, i) => 1 + ((i * i) % 17)),
      ),
    ),
  ).toBe(13);
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
  const training = Float64Array.of(5, 1, 8, 2, 9, 3);
  const specs: TransformSpec[] = ["log", { difference: 1 }, "standardize", "min-max"];
  const alone = applyTransforms(fitTransforms(specs, training), training);
  const whole = applyTransforms(fitTransforms(specs, training), Float64Array.of(...training, 1e9, 1e-9));
  expect(whole.slice(0, alone.length)).toEqual(alone);
  expect([Math.min(...alone), Math.max(...alone)]).toEqual([0, 1]);
  expect(fitTransforms(["min-max"], Float64Array.of(2, 6, 4))).toEqual([{ kind: "scale", offset: 2, factor: 4 }]);
});

test.each([
  [["standardize"], [3, 3, 3], /standardize: expected values that vary, got 3 equal ones \(standard deviation 0\)/],
  [["standardize"], [0.1, 0.1, 0.1], /standardize: expected values that vary, got 3 equal ones/],
  [["standardize"], [1, Number.NaN, 3], /standardize: expected numbers, got a missing value at position 1/],
  [["min-max"], [Number.NaN, 3], /min-max: expected numbers, got a missing value at position 0/],
  [["standardize"], [], /standardize: expected values to fit on, got none/],
  [["min-max"], [], /min-max: expected values to fit on, got none/],
  [["log"], [1, 0], /log: expected values above 0, got 0 at position 1; leave out "log"/],
  [[{ difference: 1.5 }], [1, 2, 3], /difference: expected an integer.*1/],
  [[{ difference: 2 }, { difference: 2 }], [1, 2, 3, 4], /difference: expected more than 2 values, got 2/],
  [["min-max"], [3, 3], /min-max: expected values that vary/],
  [["log", "standardize"], [1, -2, 3], /log: expected values above 0, got -2 at position 1/],
  [[{ difference: 3 }], [1, 2, 3], /difference: expected more than 3 values, got 3/],
  [[{ difference: 0 }], [1, 2, 3], /difference: expected an integer.*1/],
  [["cube"], [1, 2], /transform: expected log, log1p, sqrt, .*, \{ difference \} or \{ lastSeason \}, got "cube"/],
  [["sqrt"], [1, -2], /sqrt: expected values from 0, got -2 at position 1/],
  [["log1p"], [1, -1], /log1p: expected values above -1, got -1 at position 1/],
  [["box-cox"], [1, 0, 2], /box-cox: expected values above 0, got 0 at position 1/],
  [["box-cox"], [2, 2, 2], /box-cox: expected values that vary, got 3 equal ones/],
  [["robust"], [1, 5, 5, 5, 5, 9], /robust: expected values with an interquartile range above 0/],
  [["mean"], [0, 0], /mean: expected a finite mean magnitude above 0, got 0/],
  [[{ lastSeason: 4 }], [1, 2, 3], /lastSeason: expected at least 4 values, got 3/],
] as [TransformSpec[], number[], RegExp][])("refused: %j of %j", (specs, values, message) => {
  expect(() => fitTransforms(specs, Float64Array.from(values))).toThrow(message);
});

test("positions that the chain cannot reach are refused", () => {
  const values = Float64Array.of(1, 2, 4, 8);
  const fitted = fitTransforms([{ difference: 2 }], values);
  expect(() => invertOneStep(fitted, Float64Array.of(1), values, 1)).toThrow(
    /expected positions within 2 … 4, got 1/,
  );
  expect(() => invertOneStep(fitted, Float64Array.of(1, 1), values, 4)).toThrow(/got 4 … 5/);
  expect(() => invertForecast(fitted, Float64Array.of(1), Float64Array.of(1))).toThrow(
    /history of at least 2 values, got 1/,
  );
});

test("powers have the formulas of their sources, and lambda the largest likelihood", () => {
  const normal = synthetic("random-walk", { length: 4001, seed: 3 }).columns[0]!.values;
  const noise = normal.slice(1).map((x, i) => x - normal[i]!);
  const lambdaOf = (kind: "box-cox" | "yeo-johnson", values: Float64Array) =>
    (fitTransforms([kind], values)[0] as { lambda: number }).lambda;
  expect(lambdaOf("box-cox", noise.map(Math.exp))).toBeCloseTo(0, 1);
  expect(
    lambdaOf(
      "box-cox",
      noise.map((x) => (x + 9) ** 2),
    ),
  ).toBeCloseTo(0.5, 0);
  expect(lambdaOf("yeo-johnson", noise)).toBeCloseTo(1, 1);
  expect(
    lambdaOf(
      "yeo-johnson",
      noise.map((x) => Math.exp(x) - 1),
    ),
  ).toBeLessThan(0.3);
  const apply = (kind: "box-cox" | "yeo-johnson", lambda: number, x: number) =>
    applyTransforms([{ kind, lambda }], Float64Array.of(x))[0]!;
  expect(apply("box-cox", 0.5, 9)).toBeCloseTo(4, 12);
  expect(apply("box-cox", 0, Math.E)).toBeCloseTo(1, 12);
  expect(apply("yeo-johnson", 0.5, 8)).toBeCloseTo(4, 12);
  expect(apply("yeo-johnson", 0.5, -3)).toBeCloseTo(-(4 ** 1.5 - 1) / 1.5, 12);
  expect(apply("yeo-johnson", 2, -(Math.E - 1))).toBeCloseTo(-1, 12);
  expect([
    ...invertForecast([{ kind: "box-cox", lambda: 0.5 }, { kind: "sqrt" }], Float64Array.of(-9), Float64Array.of(1)),
  ]).toEqual([1]);
});

test("missing values stay missing, and small numbers keep their digits", () => {
  const fitted = fitTransforms(["log1p"], Float64Array.of(1, 2));
  expect([...applyTransforms(fitted, Float64Array.of(Number.NaN, 1e-17))]).toEqual([Number.NaN, 1e-17]);
  expect(invertForecast(fitted, Float64Array.of(1e-17), Float64Array.of(1))[0]).toBe(1e-17);
});
