import { expect, test } from "vitest";
import { thinRows } from "../src/report/thin-rows.js";

test("a short line is left as it is", () => {
  expect(thinRows(new Float64Array(20_480))).toBeUndefined();
});

test("a long line keeps its ends, its extremes and a missing value, in ascending order", () => {
  const values = Float64Array.from({ length: 1_000_000 }, (_, i) => Math.sin(i / 50));
  values[123_456] = 9;
  values[654_321] = -9;
  values[500_001] = Number.NaN;
  const rows = thinRows(values)!;
  expect(rows.length).toBeLessThan(5 * 4096 + 1);
  for (const row of [0, 123_456, 500_001, 654_321, 999_999]) expect(rows).toContain(row);
  expect(rows.every((row, i) => i === 0 || row > rows[i - 1]!)).toBe(true);
});
