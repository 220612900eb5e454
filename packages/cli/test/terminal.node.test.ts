import { expect, test } from "vitest";
import { isLively, styled } from "../src/terminal.js";

const output = (isTTY: boolean) => ({ write: () => true, isTTY });

test("colors and animation need a terminal, and nobody who declines them", () => {
  expect(isLively(output(true), {})).toBe(true);
  expect(isLively(output(false), {})).toBe(false);
  expect(isLively(output(true), { NO_COLOR: "1" })).toBe(false);
  expect(isLively(output(true), { NO_COLOR: "" })).toBe(true);
  expect(isLively(output(true), { TERM: "dumb" })).toBe(false);
});

test("text stays plain where nothing is lively", () => {
  expect(styled(output(false), {}, "red", "x")).toBe("x");
  expect(styled(output(true), {}, "red", "x")).toBe("\u001b[31mx\u001b[39m");
});
