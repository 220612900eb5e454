import { expect, test } from "vitest";
import { philox4x32, Random } from "../../src/math/index.js";

const hex = (words: readonly number[]) => words.map((w) => w.toString(16).padStart(8, "0")).join(" ");

// the known answers published with Random123 (kat_vectors, philox4x32 10)
test.each([
  [[0, 0, 0, 0], [0, 0], "6627e8d5 e169c58d bc57ac4c 9b00dbd8"],
  [[0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff], "408f276d 41c83b0e a20bc7c6 6d5451fd"],
  [[0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0], "d16cfe09 94fdcceb 5001e420 24126ea1"],
] as const)("philox4x32 of counter %j and key %j", (counter, key, want) => {
  expect(hex(philox4x32(counter, key))).toBe(want);
});

test("draws depend only on seed and stream", () => {
  const take = (random: Random) => Array.from({ length: 9 }, () => random.normal());
  expect(take(new Random(5))).toEqual(take(new Random(5)));
  expect(take(new Random(5))).not.toEqual(take(new Random(5, 1)));
  expect(take(new Random(5))).not.toEqual(take(new Random(6)));
  expect(take(new Random(2 ** 40))).not.toEqual(take(new Random(0)));
});

test("uniform and normal draws have the right mean and variance", () => {
  const n = 100_000;
  const random = new Random(1);
  const moments = (draw: () => number) => {
    const values = Array.from({ length: n }, draw);
    const mean = values.reduce((a, b) => a + b, 0) / n;
    return { mean, variance: values.reduce((a, b) => a + (b - mean) ** 2, 0) / n, values };
  };
  const uniform = moments(() => random.uniform());
  expect(uniform.mean).toBeCloseTo(0.5, 2);
  expect(uniform.variance).toBeCloseTo(1 / 12, 2);
  expect(uniform.values.every((u) => u >= 0 && u < 1)).toBe(true);
  const normal = moments(() => random.normal());
  expect(normal.mean).toBeCloseTo(0, 1.5);
  expect(normal.variance).toBeCloseTo(1, 1.5);
  expect(normal.values.filter((x) => Math.abs(x) < 1.959964).length / n).toBeCloseTo(0.95, 2);
});

test("below is uniform; shuffle is a permutation", () => {
  const random = new Random(9);
  const counts = new Array<number>(7).fill(0);
  for (let i = 0; i < 70_000; i++) counts[random.below(7)]!++;
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(400);
  const order = Uint32Array.from({ length: 180 }, (_, i) => i);
  random.shuffle(order);
  expect([...order]).not.toEqual([...order].sort((a, b) => a - b));
  expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 180 }, (_, i) => i));
});

test("throws on an invalid seed, stream or bound", () => {
  expect(() => new Random(-1)).toThrow(/seed: expected an integer from 0 to 9007199254740991, got -1/);
  expect(() => new Random(0.5)).toThrow(RangeError);
  expect(() => new Random(0, 2 ** 32)).toThrow(/stream/);
  expect(() => new Random(0).below(0)).toThrow(/below/);
});
