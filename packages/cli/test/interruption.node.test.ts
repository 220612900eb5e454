import { afterEach, expect, test, vi } from "vitest";
import { Interruption } from "../src/terminal/interruption.js";

afterEach(() => vi.restoreAllMocks());

test("the first signal aborts, the second ends the process", () => {
  const exit = vi.spyOn(process, "exit").mockImplementation((() => {}) as never);
  const interruption = new Interruption();
  expect(interruption.signal.aborted).toBe(false);
  process.emit("SIGTERM", "SIGTERM");
  expect(interruption.signal.aborted).toBe(true);
  expect(interruption.code).toBe(143);
  expect(exit).not.toHaveBeenCalled();
  process.emit("SIGINT", "SIGINT");
  expect(exit).toHaveBeenCalledExactlyOnceWith(130);
  interruption.stopListening();
});

test("after stopListening signals have no effect on it", () => {
  const before = process.listenerCount("SIGINT");
  const interruption = new Interruption();
  interruption.stopListening();
  expect(process.listenerCount("SIGINT")).toBe(before);
});
