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
      fc.array(fc.integer({ min: -999, max: 999 }), { minLength: 2, maxLength: 60, size: "max" }),
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

test("a sample of several features is the notebook's sequence of each", () => {
  const [first, second] = [
    [1, 2, 3, 4, 5],
    [10, 20, 30, 40, 50],
  ] as const;
  const rows = Float32Array.from(first.flatMap((v, i) => [v, second[i]!]));
  const { x, y } = gather(windows(rows, { steps: 2, features: 2 }));
  expect([x.shape, y.shape]).toEqual([
    [2, 3, 2],
    [2, 3, 2],
  ]);
  [first, second].forEach((data, i) => {
    const [X, Y] = sequencesPreparation(data, 2);
    const sample = (from: Float32Array, b: number) => [0, 1].map((t) => from[(t * 3 + b) * 2 + i]);
    expect([0, 1, 2].map((b) => sample(x.data, b))).toEqual(X);
    expect([0, 1, 2].map((b) => sample(y.data, b))).toEqual(Y);
  });
});

test("a stride of windows takes every so many of the notebook's sequences", () => {
  const data = Array.from({ length: 23 }, (_, i) => i);
  const [X, Y] = sequencesPreparation(data, 5);
  for (const stride of [1, 2, 5, 17, 18, 99]) {
    const w = windows(Float32Array.from(data), { steps: 5, stride });
    const kept = X.map((_, i) => i).filter((i) => i % stride === 0);
    expect([...w.x.starts]).toEqual(kept.map((i) => X[i]![0]));
    expect([...w.y.starts]).toEqual(kept.map((i) => Y[i]![0]));
  }
});

test("gather takes samples in the order asked for, again where asked again", () => {
  const w = windows(Float32Array.of(0, 1, 2, 3, 4), { steps: 2 });
  const { x, y } = gather(w, Uint32Array.of(2, 0, 2));
  expect(x).toEqual({ data: Float32Array.of(2, 0, 2, 3, 1, 3), shape: [2, 3, 1] });
  expect(y).toEqual({ data: Float32Array.of(3, 1, 3, 4, 2, 4), shape: [2, 3, 1] });
  expect(gather(w, new Uint32Array(0)).x).toEqual({ data: new Float32Array(0), shape: [2, 0, 1] });
  expect(() => gather(w, Uint32Array.of(0, 3))).toThrow(/gather: expected indices below 3, got 3/);
});

test("batches gathered one by one hold what gathering all holds", () => {
  const w = windows(
    Float32Array.from({ length: 20 }, (_, i) => i),
    { steps: 3, features: 2 },
  );
  const samples = (part: typeof w) => Array.from({ length: part.count }, (_, b) => gather(part, Uint32Array.of(b)).x);
  expect([...batches(w, 3)].flatMap(samples)).toEqual(samples(w));
  expect([...batches(w, 99)]).toEqual([w]);
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
  expect(windows(new Float32Array(20), { steps: 19 }).count).toBe(1);
  expect(() => windows(new Float32Array(0), { steps: 1 })).toThrow(/expected at least 2 rows for 1 steps, got 0/);
  expect(() => windows(new Float32Array(8), { steps: 2, ahead: 7 })).toThrow(/expected at least 9 rows for 2 steps/);
  for (const name of ["features", "stride", "ahead"] as const) {
    expect(() => windows(new Float32Array(9), { steps: 2, [name]: 0.5 })).toThrow(
      `${name}: expected a whole number from 1, got 0.5`,
    );
  }
  expect(() => windows(new Float32Array(19), { steps: 0 })).toThrow(/steps: expected a whole number from 1, got 0/);
  expect(() => windows(new Float32Array(9), { steps: 2, features: 2 })).toThrow(
    /rows: expected a multiple of 2 numbers, got 9/,
  );
});
