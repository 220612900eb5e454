import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

/** Sums of a turn of each loop. */
const SUMS = { tile: 8, chains: 12, registers: 8 } as const;
const TURNS = 400_000;

/** The loops of assembly/ceiling.ts, and the floating-point operations of one call of each. */
export async function ceilingLoops(): Promise<{ name: string; operations: number; run: () => number }[]> {
  const source = await readFile(fileURLToPath(new URL("assembly/ceiling.ts", import.meta.url)), "utf8");
  const { binary, stderr } = await asc.compileString(source, {
    optimizeLevel: 3,
    runtime: "stub",
    noAssert: true,
    enable: ["simd"],
  });
  if (!binary) throw new Error(stderr.toString());
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(binary as Uint8Array<ArrayBuffer>));
  const { memory, ...loops } = exports as { memory: WebAssembly.Memory } & Record<
    keyof typeof SUMS,
    (n: number, from: number) => number
  >;
  memory.grow(1);
  new Float32Array(memory.buffer).fill(0.5);
  return (Object.keys(SUMS) as (keyof typeof SUMS)[]).map((name) => ({
    name,
    operations: TURNS * SUMS[name] * 8,
    run: () => loops[name](TURNS, 1024),
  }));
}
