import { linkSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { writeAtomically } from "../src/files/write-atomically.js";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "sluice-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

test("the new content replaces the old, and no other file is left", () => {
  const path = join(directory, "a.txt");
  writeAtomically(path, "old");
  writeAtomically(path, new TextEncoder().encode("new"));
  expect(readFileSync(path, "utf8")).toBe("new");
  expect(readdirSync(directory)).toEqual(["a.txt"]);
});

test("the old file is replaced, not written to: a reader that has it open reads it completely", () => {
  const [path, held] = [join(directory, "a.txt"), join(directory, "held.txt")];
  writeAtomically(path, "old");
  linkSync(path, held);
  writeAtomically(path, "new");
  expect(readFileSync(held, "utf8")).toBe("old");
});

test("a write that fails leaves no temporary file", () => {
  const path = join(directory, "taken");
  mkdirSync(join(path, "inside"), { recursive: true });
  expect(() => writeAtomically(path, "x")).toThrow();
  expect(readdirSync(directory)).toEqual(["taken"]);
});
