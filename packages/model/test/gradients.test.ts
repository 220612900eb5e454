/**
 * These tests fail for each of these mutations. Against the equations in double precision: z and r swapped, in the kernel or in the
 * state dictionaries; R transposed, in the forward or the backward pass; the wrong reset mode; the hidden bias outside the reset product, or
 * skipped at the first step; mask or resets ignored, in the forward or the backward pass; the state zeroed at each step; weights
 * ignored; no initial state in the reverse direction beyond a sample's length; inputs or masks of the reverse direction reversed within T
 * instead of the length; no gradient of the learned initial state, or one although another initial state was given. In gradients under
 * dropout: dropout of one or both directions not applied in the backward pass; recurrent dropout on z⊙h, or not applied in the backward
 * pass.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Cell, defaultConvention, Gru, sgd, type Tensor } from "../src/index.js";
import { type DoubleBatch, type DoubleTargets, doubleForward, doubleLoss } from "./double-reference.js";
import { batchOf, type Case, cases, networkOf, targetsOf } from "./random-case.js";
import { randomNetwork, randomTensor } from "./random-network.js";

/** Closer to a kink, single precision may be on its other side. */
const KINK = 1e-5;
const STEP = 1e-6;

const largest = (values: ArrayLike<number>) => Array.from(values).reduce((most, v) => Math.max(most, Math.abs(v)), 0);

/** The first values of a fixed sequence for which the case is away from all kinks; undefined if there are none. */
function smoothBatch(one: Case, dict: Readonly<Record<string, Float64Array>>) {
  for (let salt = 0; salt < 40; salt++) {
    const batch = batchOf(one, salt);
    const double: DoubleBatch = {
      T: one.T,
      B: one.B,
      x: batch.x.data,
      initialState: batch.initialState?.data,
      ...batch.taken,
    };
    const targets: DoubleTargets = {
      y: batch.y.data,
      targets: targetsOf(one),
      weights: batch.weights?.data,
      loss: one.loss,
    };
    const { loss, kink } = doubleLoss(one.config, dict, double, targets);
    if (kink > KINK) return { batch, double, targets, loss };
  }
  return undefined;
}

const doubles = (dict: Readonly<Record<string, Tensor>>) =>
  Object.fromEntries(Object.entries(dict).map(([name, { data }]) => [name, Float64Array.from(data)]));

/** max|a − b| ≤ tolerance · max|b|, plus the rounding error of single precision if terms of about 1 cancel, as before a relu. */
function expectNear(name: string, a: Float32Array, b: Float64Array, tolerance: number) {
  const error = largest(Float64Array.from(a, (v, i) => v - b[i]!));
  expect(a.length, name).toBe(b.length);
  expect(error, name).toBeLessThanOrEqual(tolerance * largest(b) + 2e-7);
}

test("outputs, loss and gradients agree with the equations in double precision", async () => {
  let checked = 0;
  await fc.assert(
    fc.asyncProperty(cases(), async (one) => {
      const { config } = one;
      const gru = await networkOf(one);
      const convention = defaultConvention(config.cell);
      const dict = doubles(gru.stateDict(convention));
      const smooth = smoothBatch(one, dict);
      if (!smooth) return;
      checked++;
      const { batch, double, targets } = smooth;
      const { x, y, taken, ...more } = batch;

      const { output, hidden, finalState } = gru.forward(x, {
        ...taken,
        ...(batch.initialState && { initialState: batch.initialState }),
      });
      const expected = doubleForward(config, dict, double);
      expectNear("output", output.data, expected.output, 1e-5);
      expectNear("hidden", hidden.data, expected.hidden, 1e-5);
      expectNear("finalState", finalState.data, expected.finalState, 1e-5);

      const { loss, gradients } = gru.backward(x, y, { ...taken, ...more, loss: one.loss });
      expect(Math.abs(loss - smooth.loss)).toBeLessThanOrEqual(1e-5 * Math.max(1, Math.abs(smooth.loss)));

      expect(Object.keys(gradients).sort()).toEqual(Object.keys(dict).sort());
      const all = largest(Object.values(gradients).map(({ data }) => largest(data)));
      for (const [name, { data }] of Object.entries(gradients)) {
        const parameters = dict[name]!;
        const most = largest(data);
        // the largest element, and a few random ones
        const picked = new Set([data.findIndex((v) => Math.abs(v) === most)]);
        for (let i = 0; i < 3; i++) picked.add((config.seed + i * 7919) % data.length);
        for (const i of picked) {
          const at = (shift: number) => {
            const moved = { ...dict, [name]: parameters.slice() };
            moved[name]![i]! += shift;
            return doubleLoss(config, moved, double, targets).terms;
          };
          const [above, below] = [at(STEP), at(-STEP)];
          const slopes = above.map((term, k) => (term - below[k]!) / (2 * STEP));
          const slope = slopes.reduce((sum, one) => sum + one, 0);
          // single precision rounds by the sizes of what it adds, cancel as it may: the slopes of the loss's terms and, inside a term, numbers of
          // the size of other gradients; 1e-9 is the error of the differences
          const sizes = slopes.reduce((sum, one) => sum + Math.abs(one), 0);
          const tolerance = 1e-5 * sizes + 2e-7 * all + 1e-9;
          expect(Math.abs(data[i]! - slope), `${name}[${i}] = ${data[i]}, slope ${slope}`).toBeLessThanOrEqual(
            tolerance,
          );
        }
      }
      gru.dispose();
    }),
    { numRuns: 100 },
  );
  expect(checked).toBeGreaterThan(60);
}, 60_000);

test.each<Cell>(["reset-before", "reset-after", "memoryless"])(
  "%s: gradients with dropout agree with finite differences of the loss with the same masks",
  async (cell) => {
    for (const direction of ["forward", "reverse", "bidirectional"] as const) {
      const config = { inputSize: 2, hiddenSize: 5, outputSize: 2, cell, seed: 8, layers: 2, direction };
      const dropping = { ...config, dropout: 0.3, recurrentDropout: 0.4 };
      const [T, B] = [7, 11];
      const data = {
        x: randomTensor([T, B, 2], 1),
        y: randomTensor([T, B, 2], 2),
        mask: randomTensor([T, B], 3).data.map((v) => Number(v > -0.5)),
      };
      const convention = defaultConvention(cell);
      const before = (await randomNetwork(dropping)).stateDict(convention);
      /** One update: its loss, and the parameters after it. */
      const update = async (dict: typeof before, learningRate: number) => {
        const gru = await Gru.fromStateDict(dropping, dict, convention);
        const { loss } = await gru.fit(data, { epochs: 1, optimizer: sgd({ learningRate }) });
        return { loss: loss[0]!, after: gru.stateDict(convention) };
      };
      const { after } = await update(before, 1);
      for (const [name, { data, shape }] of Object.entries(before)) {
        const i = 7919 % data.length;
        const lossAt = async (shift: number) => {
          const moved = data.slice();
          moved[i]! += shift;
          return (await update({ ...before, [name]: { data: moved, shape } }, 1e-30)).loss;
        };
        const step = 2 ** -7;
        const slope = ((await lossAt(step)) - (await lossAt(-step))) / (2 * step);
        // the errors of finite differences (third derivative) and of single precision
        expect(Math.abs(data[i]! - after[name]!.data[i]! - slope), `${name}[${i}]`).toBeLessThan(5e-5);
      }
    }
  },
);
