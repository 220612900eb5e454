import { afterEach, expect, test, vi } from "vitest";
import { kernelHex, kernelVersion } from "../src/generated/kernel-bytes.js";
import { compileKernel, elementary, Kernel } from "../src/index.js";

afterEach(() => vi.restoreAllMocks());

const bytes = Uint8Array.from(kernelHex.match(/../g)!, (byte) => Number.parseInt(byte, 16));

/** Computes exp(1), to check that a kernel runs. */
function expOfOne(kernel: Kernel): number {
  const { x } = kernel.arena.allocate({ x: 4 });
  kernel.floats(x).fill(1);
  elementary(kernel, "exp", x, x);
  return kernel.floats(x)[0]!;
}

test("creates a kernel from the package, bytes, a compiled module or a URL", async () => {
  const dataUrl = new URL(`data:application/wasm;base64,${btoa(String.fromCharCode(...bytes))}`);
  const sources = [undefined, bytes, bytes.buffer, await WebAssembly.compile(bytes), dataUrl];
  for (const source of sources) expect(expOfOne(await Kernel.create(source))).toBe(Math.fround(Math.E));
  expect(kernelVersion).toMatch(/^\d+\.\d+\.\d+\+[0-9a-f]{12}$/);
});

test("compiles the embedded kernel once", async () => {
  expect(await compileKernel()).toBe(await compileKernel());
});

/** Makes `new WebAssembly.Module` throw. */
function failModules(error: Error): void {
  class Failing {
    constructor() {
      throw error;
    }
  }
  vi.spyOn(WebAssembly, "Module").mockImplementation(Failing as never);
}

test("without SIMD, the error names the engines that have it", async () => {
  failModules(new WebAssembly.CompileError("invalid value type 's128'"));
  vi.spyOn(WebAssembly, "validate").mockReturnValue(false);
  await expect(Kernel.create(bytes)).rejects.toThrow(/no WebAssembly SIMD: use Node 16\.4, Chrome 91/);
});

test("if a Content-Security-Policy forbids WebAssembly, the error names the directive", async () => {
  failModules(new WebAssembly.CompileError("blocked by CSP"));
  await expect(Kernel.create(bytes)).rejects.toThrow(/add 'wasm-unsafe-eval' to its script-src/);
});

test("compiles asynchronously where synchronous compilation is limited to small modules", async () => {
  failModules(new RangeError("larger than 4 KB"));
  expect(expOfOne(await Kernel.create(bytes))).toBe(Math.fround(Math.E));
});

test("kernels share no memory; blocks are zero and do not overlap", async () => {
  const [a, b] = [await Kernel.create(), await Kernel.create()];
  const blocks = a.arena.allocate({ first: 5, second: 7 });
  b.arena.allocate({ first: 5 });
  a.floats(blocks.first).fill(1);
  expect([...a.floats(blocks.second)]).toEqual(new Array(7).fill(0));
  expect(blocks.second.offset % 64).toBe(0);
  const top = a.arena.top;
  const big = a.arena.allocate({ big: 1 << 20 }); // grows the memory, which detaches views
  expect(a.floats(blocks.first)[4]).toBe(1);
  a.floats(big.big).fill(2);
  a.arena.release(top);
  expect(a.floats(a.arena.allocate({ again: 9 }).again).every((v) => v === 0)).toBe(true);
  expect(() => a.arena.allocate({ huge: 2 ** 31 })).toThrow(/expected at most 4294967296 bytes, got a plan of/);
});
