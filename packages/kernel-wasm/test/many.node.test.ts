import { expect, test } from "vitest";
import { Kernel } from "../src/index.js";

test("more kernels than the engine holds are refused with what to do, and room comes back", async () => {
  let kept: Kernel[] = [];
  const fill = async () => {
    while (kept.length < 1e6) kept.push(await Kernel.create());
  };
  await expect(fill()).rejects.toThrow(/kernel: the engine gave no memory for another one; .* let go of those/);
  expect(kept.length).toBeGreaterThan(20);
  kept = [];
  await new Promise((resolve) => setTimeout(resolve));
  for (let i = 0; i < 20; i++) kept.push(await Kernel.create());
});
