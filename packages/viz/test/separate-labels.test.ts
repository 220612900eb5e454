import fc from "fast-check";
import { expect, test } from "vitest";
import { separateLabels } from "../src/layout/separate-labels.js";

test("labels that are far enough apart stay; others move by as little as needed", () => {
  expect(separateLabels([10, 40, 90], 15, 0, 100)).toEqual([10, 40, 90]);
  expect(separateLabels([10, 12, 90], 15, 0, 100)).toEqual([10, 25, 90]);
  expect(separateLabels([-5, -4], 15, 0, 100)).toEqual([0, 15]);
  expect(separateLabels([97, 99], 15, 0, 100)).toEqual([85, 100]);
  expect(separateLabels([], 15, 0, 100)).toEqual([]);
});

test("labels that fit are at least a gap apart, within the range and in order", () => {
  const wanted = fc.array(fc.integer({ min: -50, max: 250 }), { minLength: 1, maxLength: 10 });
  fc.assert(
    fc.property(wanted, (places) => {
      const at = separateLabels(
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
