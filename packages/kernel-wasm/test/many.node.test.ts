import { expect, test } from "vitest";
import { Kernel } from "../src/index.js";

test("throws when the engine has no memory for another kernel, and succeeds again after garbage collection", async () => {
  let kept: Kernel[] = [];
  const fill = async () => {
    while (kept.length < 1e6) kept.push(await Kernel.create());
  };
  await expect(fill()).rejects.toThrow(/kernel: out of WebAssembly memory .*; call dispose\(\) on networks/);
  expect(kept.length).toBeGreaterThan(20);
  kept = [];
  await new Promise((resolve) => setTimeout(resolve));
  for (let i = 0; i < 20; i++) kept.push(await Kernel.create());
});
