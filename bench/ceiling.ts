import asc from "assemblyscript/asc";
import { LOOPS, READINGS } from "./ceiling-loops.js";
import { printTable } from "./table.js";
import { race } from "./timing.js";

const TURNS = 64 * 4096;
/** Of a loop that reads. */
const PASSES = 128;

/** GFLOP/s: the highest that any loop of strict SIMD reaches here, and those of all of them. */
export interface Ceiling {
  readonly rate: number;
  readonly loop: string;
  readonly loops: Readonly<Record<string, number>>;
  /** GB/s: the highest at which any loop of strict SIMD reads what lies in the second-level cache. */
  readonly bandwidth: number;
}

export async function measureCeiling(): Promise<Ceiling> {
  const { binary, stderr } = await asc.compileString([...LOOPS, ...READINGS].map(({ source }) => source).join("\n"), {
    optimizeLevel: 3,
    runtime: "stub",
    noAssert: true,
    enable: ["simd"],
  });
  if (!binary) throw new Error(stderr.toString());
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(binary as Uint8Array<ArrayBuffer>));
  const { memory, ...functions } = exports as { memory: WebAssembly.Memory } & Record<
    string,
    (turns: number, at: number) => number
  >;
  memory.grow(9);
  new Float32Array(memory.buffer).fill(0.5); // chains tend to 1, sums to what is far from infinity
  const times = await race(
    [
      ...LOOPS.map(({ name }) => ({ name, run: () => functions[name]!(TURNS, 65536) })),
      ...READINGS.map(({ name }) => ({ name, run: () => functions[name]!(PASSES, 65536) })),
    ],
    { round: 4, rounds: 40 }, // short rounds: the highest rate is that of an undisturbed moment
  );
  const loops = Object.fromEntries(
    LOOPS.map(({ name, operations }) => [name, (TURNS * operations) / times[name]!.minimum / 1e6]),
  );
  const [loop, rate] = Object.entries(loops).reduce((best, other) => (other[1] > best[1] ? other : best));
  const bandwidth = Math.max(...READINGS.map(({ name, bytes }) => (PASSES * bytes) / times[name]!.minimum / 1e6));
  const rows = Object.entries(loops).sort(([, a], [, b]) => b - a);
  printTable(`the ceiling: ${rate.toFixed(1)} GFLOP/s, of ${rows.length} loops; the fastest`, [
    ["", "GFLOP/s"],
    ...rows.slice(0, 5).map(([name, value]) => [name, value.toFixed(1)]),
  ]);
  console.log(`  reads from the second-level cache: ${bandwidth.toFixed(1)} GB/s`);
  return { rate, loop, loops, bandwidth };
}
