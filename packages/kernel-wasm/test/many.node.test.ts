import { expect, test } from "vitest";
import { Arena, Kernel, OutOfMemoryError } from "../src/index.js";

test("throws when the engine has no memory for another kernel, and succeeds again after garbage collection", async () => {
  let kept: Kernel[] = [];
  const fill = async () => {
    while (kept.length < 1e6) kept.push(await Kernel.create());
  };
  const error: unknown = await fill().catch((e: unknown) => e);
  expect(error).toBeInstanceOf(OutOfMemoryError);
  expect((error as Error).message).toMatch(/kernel: out of WebAssembly memory .*; call dispose\(\) on networks/);
  expect(kept.length).toBeGreaterThan(20);
  kept = [];
  await new Promise((resolve) => setTimeout(resolve));
  for (let i = 0; i < 20; i++) kept.push(await Kernel.create());
});

test("an arena throws an OutOfMemoryError when its memory cannot grow, and a RangeError for a plan beyond 4 GiB", () => {
  const memory = {
    buffer: new ArrayBuffer(65536),
    grow(): number {
      throw new RangeError("WebAssembly.Memory.grow(): Maximum memory size exceeded");
    },
  };
  const arena = new Arena(memory, 1024);
  const { top } = arena;
  expect(() => arena.allocate({ block: 65536 })).toThrow(OutOfMemoryError);
  expect(() => arena.allocate({ block: 65536 })).toThrow(
    /out of WebAssembly memory \(26\d+ bytes\); call dispose\(\) .*, or use a smaller batch/,
  );
  expect(() => arena.allocate({ block: 2 ** 30 })).toThrow(RangeError);
  expect(arena.top).toBe(top);
});
