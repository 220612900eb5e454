import { baseline } from "@sluice/pipeline";
import fc from "fast-check";
import { expect, test } from "vitest";

const values = Float64Array.from([1, 3, 2, 6, 5, 11]);

test("naive repeats the value before", () => {
  expect(baseline("naive", values, 4, 1)).toEqual(Float64Array.from([6, 5]));
});

test("drift adds the mean step since the first value", () => {
  expect(baseline("drift", values, 4, 1)).toEqual(Float64Array.from([6 + 5 / 3, 5 + 4 / 4]));
  expect(baseline("drift", values, 1, 1)![0]).toBe(1);
});

test("drift is exact on a straight line", () => {
  const line = Float64Array.from({ length: 20 }, (_, t) => 5 + 7 * t);
  expect(baseline("drift", line, 10, 1)).toEqual(line.slice(10));
});

test("seasonal naive repeats the value a season before", () => {
  expect(baseline("seasonal-naive", values, 4, 3)).toEqual(Float64Array.from([3, 2]));
});

test("seasonal naive needs a season, and one whole season of values before", () => {
  expect(baseline("seasonal-naive", values, 4, 1)).toBeNull();
  expect(baseline("seasonal-naive", values, 4, 5)).toBeNull();
});

test("no baseline sees the value that it predicts, or a later one", () => {
  const data = fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 6, maxLength: 30 });
  fc.assert(
    fc.property(data, fc.constantFrom("naive", "drift", "seasonal-naive"), (list, method) => {
      const first = list.length - 2;
      const changed = Float64Array.from(list).fill(1e9, first);
      const before = baseline(method, Float64Array.from(list), first, 2)!;
      expect(baseline(method, changed, first, 2)![0]).toBe(before[0]);
    }),
  );
});
