import fc from "fast-check";
import { expect, test } from "vitest";
import { Kernel } from "../src/kernel.js";
import { type AdamStep, adam, penalize, type RmspropStep, rmsprop, type SgdStep, sgd } from "../src/optimize.js";
import * as reference from "../src/reference/optimize.js";

type Options =
  | ({ readonly kind: "sgd" } & SgdStep)
  | ({ readonly kind: "adam" } & Omit<AdamStep, "step">)
  | ({ readonly kind: "rmsprop" } & RmspropStep);

const STEPS = 5;
const f = Math.fround;

/** Compares the bits of every array after each of several steps of the kernel and of the reference. */
async function compare(options: Options, n: number, numbers: readonly number[]): Promise<void> {
  const kernel = await Kernel.create();
  const blocks = kernel.arena.allocate({ p: n, g: n, first: n, second: n });
  const optimized = { parameters: blocks.p, moments: [blocks.first, blocks.second], gradient: blocks.g } as const;
  const draw = (i: number) => Math.fround(numbers[i % numbers.length]! * (1 + (i % 7)));
  const weights: reference.Weight[] = Array.from({ length: n }, (_, i) => ({
    p: draw(i),
    g: 0,
    first: 0,
    second: 0,
  }));
  kernel.floats(blocks.p).set(weights.map(({ p }) => p));
  for (let step = 1; step <= STEPS; step++) {
    weights.forEach((weight, i) => {
      weight.g = draw(i * 3 + step * n);
    });
    kernel.floats(blocks.g).set(weights.map(({ g }) => g));
    if (options.kind === "sgd") {
      sgd(kernel, optimized, options);
      for (const weight of weights) reference.sgd(weight, options);
    } else if (options.kind === "adam") {
      adam(kernel, optimized, { ...options, step });
      for (const weight of weights) reference.adam(weight, { ...options, step });
    } else {
      rmsprop(kernel, optimized, options);
      for (const weight of weights) reference.rmsprop(weight, options);
    }
    for (const name of ["p", "g", "first", "second"] as const) {
      const want = Float32Array.from(weights, (weight) => weight[name]);
      expect([...kernel.integers(blocks[name])], `${name} after step ${step}`).toEqual([
        ...new Uint32Array(want.buffer),
      ]);
    }
  }
}

const share = fc.integer({ min: 0, max: 9999 }).map((k) => k / 10000);
const rate = fc.double({ min: 1e-6, max: 10, noNaN: true });
const decay = fc.constantFrom(0, 1e-4, 0.01, 0.3);
const epsilon = fc.constantFrom(1e-8, 1e-3, 1);
const options: fc.Arbitrary<Options> = fc.oneof(
  fc.record({
    kind: fc.constant("sgd" as const),
    learningRate: rate,
    momentum: fc.oneof(fc.constant(0), share),
    weightDecay: decay,
    nesterov: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant("adam" as const),
    learningRate: rate,
    betas: fc.tuple(share, share),
    epsilon,
    weightDecay: decay,
    decoupled: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant("rmsprop" as const),
    learningRate: rate,
    alpha: share,
    epsilon,
    momentum: fc.oneof(fc.constant(0), share),
    weightDecay: decay,
  }),
);

test("optimizers give the bits of the reference with any options", async () => {
  const n = fc.constantFrom(4, 8, 20, 900);
  // includes large and denormal numbers, but none whose square overflows
  const numbers = fc.array(fc.float({ min: Math.fround(-1e18), max: Math.fround(1e18), noNaN: true }), {
    minLength: 3,
    maxLength: 60,
  });
  await fc.assert(fc.asyncProperty(options, n, numbers, compare), { numRuns: 200 });
}, 60_000);

test("a penalty gives the bits of the reference inside its rectangle and changes nothing outside", async () => {
  const kernel = await Kernel.create();
  const { g, p } = kernel.arena.allocate({ g: 24, p: 24 });
  const weights = Array.from({ length: 24 }, (_, i) => ({
    p: f(Math.sqrt(i) - 3),
    g: f(1 / (i + 1)),
    first: 0,
    second: 0,
  }));
  kernel.floats(p).set(weights.map((weight) => weight.p));
  kernel.floats(g).set(weights.map((weight) => weight.g));
  expect(weights[9]!.p).toBe(0);
  penalize(
    kernel,
    { gradient: g, parameters: p },
    { start: 1, rows: 3, columns: 5, stride: 8 },
    { l1: 0.3, l2: 0.1 },
  );
  weights.forEach((weight, i) => {
    if (i % 8 >= 1 && i % 8 < 6) reference.penalize(weight, 0.3, 0.1);
  });
  expect([...kernel.floats(g)]).toEqual(weights.map((weight) => weight.g));
  const outside = { start: 1, rows: 3, columns: 8, stride: 8 };
  expect(() => penalize(kernel, { gradient: g, parameters: p }, outside, { l1: 1, l2: 0 })).toThrow(
    /gradient: expected 25 floats, got 24/,
  );
});

test("the first step of Adam moves each parameter by the learning rate, against the sign of its gradient", async () => {
  const kernel = await Kernel.create();
  const { p, g, first, second } = kernel.arena.allocate({ p: 4, g: 4, first: 4, second: 4 });
  kernel.floats(g).set([1e-3, -1, 100, 0]);
  const adamOptions = { learningRate: 0.1, betas: [0.9, 0.999], epsilon: 1e-8, weightDecay: 0 } as const;
  adam(
    kernel,
    { parameters: p, moments: [first, second], gradient: g },
    { ...adamOptions, decoupled: false, step: 1 },
  );
  const [a, b, c, d] = kernel.floats(p);
  expect([a! + 0.1, b! - 0.1, c! + 0.1, d!].every((x) => Math.abs(x) < 1e-5)).toBe(true);
});

test("throws on a block that is too small, stating both sizes", async () => {
  const kernel = await Kernel.create();
  const { p, g, first, second } = kernel.arena.allocate({ p: 8, g: 8, first: 8, second: 4 });
  const options = { learningRate: 1, alpha: 0.9, epsilon: 1e-8, momentum: 0, weightDecay: 0 };
  const blocks = { parameters: p, moments: [first, second], gradient: g } as const;
  expect(() => rmsprop(kernel, blocks, options)).toThrow(/second moment: expected 8 floats, got 4/);
});
