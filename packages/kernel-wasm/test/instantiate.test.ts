import { afterEach, expect, test, vi } from "vitest";
import { kernelHex, kernelVersion } from "../src/generated/kernel-bytes.js";
import { compileKernel, elementary, Kernel } from "../src/index.js";

afterEach(() => vi.restoreAllMocks());

const bytes = Uint8Array.from(kernelHex.match(/../g)!, (byte) => Number.parseInt(byte, 16));

/** exp(1) by a kernel, to see that it runs. */
function expOfOne(kernel: Kernel): number {
  const { x } = kernel.arena.allocate({ x: 4 });
  kernel.floats(x).fill(1);
  elementary(kernel, "exp", x, x);
  return kernel.floats(x)[0]!;
}

test("the kernel comes from the package, from bytes, from a compiled module or from a URL", async () => {
  const dataUrl = new URL(`data:application/wasm;base64,${btoa(String.fromCharCode(...bytes))}`);
  const sources = [undefined, bytes, bytes.buffer, await WebAssembly.compile(bytes), dataUrl];
  for (const source of sources) expect(expOfOne(await Kernel.create(source))).toBe(Math.fround(Math.E));
  expect(kernelVersion).toMatch(/^\d+\.\d+\.\d+\+[0-9a-f]{12}$/);
});

test("the embedded kernel is compiled once", async () => {
  expect(await compileKernel()).toBe(await compileKernel());
});

/** What `new WebAssembly.Module` throws from here on. */
function refuseModules(error: Error): void {
  class Refusing {
    constructor() {
      throw error;
    }
  }
  vi.spyOn(WebAssembly, "Module").mockImplementation(Refusing as never);
}

test("an engine without SIMD is told so", async () => {
  refuseModules(new WebAssembly.CompileError("invalid value type 's128'"));
  vi.spyOn(WebAssembly, "validate").mockReturnValue(false);
  await expect(Kernel.create(bytes)).rejects.toThrow(/no WebAssembly SIMD: use Node 16\.4, Chrome 91/);
});

test("a page whose policy forbids WebAssembly is told what to allow", async () => {
  refuseModules(new WebAssembly.CompileError("blocked by CSP"));
  await expect(Kernel.create(bytes)).rejects.toThrow(/add 'wasm-unsafe-eval' to its script-src/);
});

test("a page that may not compile on its own thread compiles on another", async () => {
  refuseModules(new RangeError("larger than 4 KB"));
  expect(expOfOne(await Kernel.create(bytes))).toBe(Math.fround(Math.E));
});

test("kernels share no memory, and blocks are zero and apart", async () => {
  const [a, b] = [await Kernel.create(), await Kernel.create()];
  const blocks = a.arena.allocate({ first: 5, second: 7 });
  b.arena.allocate({ first: 5 });
  a.floats(blocks.first).fill(1);
  expect([...a.floats(blocks.second)]).toEqual(new Array(7).fill(0));
  expect(blocks.second.offset % 64).toBe(0);
  const top = a.arena.top;
  const big = a.arena.allocate({ big: 1 << 20 }); // grows the memory: views are taken anew
  expect(a.floats(blocks.first)[4]).toBe(1);
  a.floats(big.big).fill(2);
  a.arena.release(top);
  expect(a.floats(a.arena.allocate({ again: 9 }).again).every((v) => v === 0)).toBe(true);
  expect(() => a.arena.allocate({ huge: 2 ** 31 })).toThrow(/expected at most 4294967296 bytes, got a plan of/);
});
