import fc from "fast-check";
import { expect, test } from "vitest";
import { batches, gather, windows } from "../src/index.js";

/** The notebook's sequencesPreparation, as it is written there. */
function sequencesPreparation(data: readonly number[], length: number): [number[][], number[][]] {
  const [X, Y]: [number[][], number[][]] = [[], []];
  for (let i = 0; i < data.length - length; i++) {
    X.push(data.slice(i, i + length));
    Y.push(data.slice(i + 1, i + 1 + length));
  }
  return [X, Y];
}

test("windows are the notebook's sequences", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -999, max: 999 }), { minLength: 2, maxLength: 60 }),
      fc.nat(),
      (data, n) => {
        const steps = 1 + (n % (data.length - 1));
        const w = windows(Float32Array.from(data), { steps });
        const [X, Y] = sequencesPreparation(data, steps);
        expect(w.count).toBe(X.length);
        const { x, y } = gather(w);
        expect(x.shape).toEqual([steps, X.length, 1]);
        const column = (from: Float32Array, b: number) =>
          Array.from({ length: steps }, (_, t) => from[t * w.count + b]);
        for (let b = 0; b < w.count; b++) {
          expect(column(x.data, b)).toEqual(X[b]);
          expect(column(y.data, b)).toEqual(Y[b]);
        }
      },
    ),
  );
});

test("nothing is copied, several features stay together, strides and horizons skip rows", () => {
  const rows = Float32Array.from({ length: 20 }, (_, i) => i); // 10 rows of 2
  const w = windows(rows, { steps: 3, features: 2, stride: 2, ahead: 2 });
  expect(w.x.data).toBe(rows);
  expect(w.count).toBe(3);
  const { x, y } = gather(w, Uint32Array.of(2));
  expect([...x.data]).toEqual([8, 9, 10, 11, 12, 13]);
  expect([...y.data]).toEqual([12, 13, 14, 15, 16, 17]);
});

test("batches hold every sample once, in order", () => {
  const w = windows(new Float32Array(30), { steps: 5 });
  const parts = [...batches(w, 8)];
  expect(parts.map(({ count }) => count)).toEqual([8, 8, 8, 1]);
  expect(parts.flatMap(({ x }) => [...x.starts])).toEqual([...w.x.starts]);
  expect(parts.flatMap(({ y }) => [...y.starts])).toEqual([...w.y.starts]);
  expect(() => [...batches(w, 0)]).toThrow(/batch size: expected a whole number from 1, got 0/);
});

test("what makes no window is refused", () => {
  expect(() => windows(new Float32Array(19), { steps: 19 })).toThrow(
    /expected at least 20 rows for 19 steps, got 19/,
  );
  expect(() => windows(new Float32Array(19), { steps: 0 })).toThrow(/steps: expected a whole number from 1, got 0/);
  expect(() => windows(new Float32Array(9), { steps: 2, features: 2 })).toThrow(
    /rows: expected a multiple of 2 numbers, got 9/,
  );
});
