import { DataError } from "@sluice/data";
import { DivergedError } from "@sluice/model";
import { FormatError, RecipeError } from "@sluice/pipeline";
import { expect, test } from "vitest";
import { describeError } from "../src/errors/describe-error.js";
import { EXIT } from "../src/errors/exit-codes.js";
import { StoppedError } from "../src/errors/stopped-error.js";
import { UsageError } from "../src/errors/usage-error.js";

test.each([
  [new UsageError("x"), 2],
  [new RecipeError("epochs", "x"), 2],
  [new DataError("x"), 3],
  [new FormatError("config.json", "x"), 3],
  [new DivergedError(0, 0, "the loss", Number.NaN), 4],
  [new StoppedError("x", EXIT.terminated, {}), 143],
  [new RangeError("Invalid array length"), 1],
  [new TypeError("x is not a function"), 1],
  ["a string", 1],
])("%s has exit code %i", (error, code) => {
  expect(describeError(error).code).toBe(code);
});

test("the place of bad data is reported", () => {
  const error = new DataError("x", { file: "a.csv", row: 3, column: "b" });
  expect(describeError(error)).toMatchObject({ place: { file: "a.csv", row: 3, column: "b" } });
  expect(describeError(new FormatError("config.json", "x")).place).toEqual({ file: "config.json" });
});
