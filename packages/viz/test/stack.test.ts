import fc from "fast-check";
import { expect, test } from "vitest";
import { stack } from "../src/stack.js";

test("labels that are apart stay; others move as little as they must", () => {
  expect(stack([10, 40, 90], 15, 0, 100)).toEqual([10, 40, 90]);
  expect(stack([10, 12, 90], 15, 0, 100)).toEqual([10, 25, 90]);
  expect(stack([-5, -4], 15, 0, 100)).toEqual([0, 15]);
  expect(stack([97, 99], 15, 0, 100)).toEqual([85, 100]);
  expect(stack([], 15, 0, 100)).toEqual([]);
});

test("any labels that fit are a gap apart, within their range, in order", () => {
  const wanted = fc.array(fc.integer({ min: -50, max: 250 }), { minLength: 1, maxLength: 10 });
  fc.assert(
    fc.property(wanted, (places) => {
      const at = stack(
        places.sort((a, b) => a - b),
        15,
        0,
        200,
      );
      expect(at[0]).toBeGreaterThanOrEqual(0);
      expect(at.at(-1)).toBeLessThanOrEqual(200);
      for (let i = 1; i < at.length; i++) expect(at[i]! - at[i - 1]!).toBeGreaterThanOrEqual(15);
    }),
  );
});
