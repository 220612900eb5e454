import { expect, test } from "vitest";
import { differenceOf, differencesOf } from "./compare.js";

const record = { losses: "3ff0 3fe0 3fd0", "learning rates": "aa", W_xr: "bb", W_hr: "cc" };

test("equal records have no difference", () => {
  expect(differenceOf(record, { ...record })).toBeUndefined();
});

test("the first epoch and the first tensor that differ are named", () => {
  expect(differenceOf(record, { ...record, losses: "3ff0 3fe1 3fd1", W_xr: "b0", W_hr: "c0" })).toBe(
    "the loss of epoch 1 differs; the first tensor that differs: W_xr",
  );
});

test("a missing epoch, array or case is a difference", () => {
  expect(differenceOf(record, { ...record, losses: "3ff0 3fe0" })).toBe(
    "the loss of epoch 2 differs, no tensor does",
  );
  const { W_hr, ...rest } = record;
  expect(differenceOf(record, rest)).toBe("no epoch's loss differs; the first tensor that differs: W_hr");
  expect(differenceOf(rest, record)).toBe("no epoch's loss differs; the first tensor that differs: W_hr");
  expect(differenceOf(record, undefined)).toBe("the case did not run");
});

test("the difference of a case that failed is its error", () => {
  expect(differenceOf(record, { error: "Error: no" })).toBe("Error: no");
});

test("only cases that differ are listed", () => {
  const expected = { kernel: "1", cases: { one: record, two: record } };
  expect(Object.keys(differencesOf(expected, { one: record, two: { ...record, W_hr: "c0" } }))).toEqual(["two"]);
});
