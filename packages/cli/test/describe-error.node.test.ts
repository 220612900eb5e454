import { DataError } from "@sluice/data";
import { DivergedError } from "@sluice/model";
import { FormatError, RecipeError } from "@sluice/pipeline";
import { expect, test } from "vitest";
import { describeError } from "../src/errors/describe-error.js";
import { EXIT } from "../src/errors/exit-codes.js";
import { FileError, namingFile } from "../src/errors/file-error.js";
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
  [new FileError("a.csv", "x"), 1],
  ["a string", 1],
])("%s has exit code %i", (error, code) => {
  expect(describeError(error).code).toBe(code);
});

test("the place of bad data is reported", () => {
  const error = new DataError("x", { file: "a.csv", row: 3, column: "b" });
  expect(describeError(error)).toMatchObject({ place: { file: "a.csv", row: 3, column: "b" } });
  expect(describeError(new FormatError("config.json", "x")).place).toEqual({ file: "config.json" });
});

test("an error of the operating system names the file and the way out; another error stays as it is", () => {
  const failing = (error: Error) => () =>
    namingFile("a.csv", () => {
      throw error;
    });
  const full = Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
  expect(failing(full)).toThrow(new FileError("a.csv", "no space left on the device; free some, and try again"));
  expect(failing(new TypeError("x"))).toThrow(new TypeError("x"));
});

test("an engine without WebAssembly is named", () => {
  const { code, line } = describeError(new ReferenceError("WebAssembly is not defined"));
  expect([code, line]).toEqual([1, "this JavaScript engine runs without WebAssembly; start node without --jitless"]);
});
