import { expect, test } from "vitest";
import { formatNumber, textTable } from "../src/terminal/text-table.js";

test("the first column is left-aligned, the others are right-aligned", () => {
  const rows = [
    ["method", "RMSE"],
    ["network", "1.5"],
    ["seasonal naive", "12"],
  ];
  expect(textTable(rows)).toBe("method          RMSE\nnetwork          1.5\nseasonal naive    12\n");
});

test.each([
  [12.3456, "12.35"],
  [0.5, "0.5000"],
  [123456, "123456"],
  [0, "0.000"],
  [1e-7, "1.000e-7"],
  [1.23456e9, "1.235e+9"],
  [null, "–"],
  [undefined, "–"],
])("%d is written %s", (value, text) => {
  expect(formatNumber(value)).toBe(text);
});
