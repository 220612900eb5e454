import { expect, test } from "vitest";
import { isInteractive, red } from "../src/terminal/terminal.js";

const stream = (isTTY: boolean) => ({ write: () => true, isTTY });

test("colors and redrawn lines need a terminal, without NO_COLOR and TERM=dumb", () => {
  expect(isInteractive(stream(true), {})).toBe(true);
  expect(isInteractive(stream(false), {})).toBe(false);
  expect(isInteractive(stream(true), { NO_COLOR: "1" })).toBe(false);
  expect(isInteractive(stream(true), { NO_COLOR: "" })).toBe(true);
  expect(isInteractive(stream(true), { TERM: "dumb" })).toBe(false);
});

test("text has color on an interactive stream only", () => {
  expect(red(stream(false), {}, "x")).toBe("x");
  expect(red(stream(true), {}, "x")).toBe("\u001b[31mx\u001b[39m");
});
