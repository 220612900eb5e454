import asc from "assemblyscript/asc";
import { LOOPS, READ_LOOPS } from "./ceiling-loops.js";
import { printTable } from "./table.js";
import { type Candidate, candidate, timeInTurns } from "./timing.js";

const ITERATIONS = 64 * 4096;
/** Iterations of a loop that reads. */
const READ_ITERATIONS = 128;

/** The highest rates of strict (not relaxed) SIMD in WebAssembly on this machine. */
export interface Ceiling {
  /** GFLOP/s of the fastest loop of multiplications and additions. */
  readonly rate: number;
  /** The name of that loop. */
  readonly loop: string;
  /** GFLOP/s of each loop. */
  readonly loops: Readonly<Record<string, number>>;
  /** GB/s of the fastest loop that reads from the second-level cache. */
  readonly bandwidth: number;
}

export interface CeilingBench {
  readonly ceiling: Ceiling;
  /** Measures the fastest loop again, for half a second: GFLOP/s. */
  measureAgain(): Promise<number>;
}

// Short rounds: the highest rate is that of an undisturbed moment.
const ROUND = 4;

export async function measureCeiling(): Promise<CeilingBench> {
  const functions = await compileLoops();
  const computing = (name: string): Candidate => candidate(name, () => functions[name]!(ITERATIONS, MEMORY_START));
  const reading = (name: string): Candidate => candidate(name, () => functions[name]!(READ_ITERATIONS, MEMORY_START));
  const times = await timeInTurns(
    [...LOOPS.map(({ name }) => computing(name)), ...READ_LOOPS.map(({ name }) => reading(name))],
    { round: ROUND, rounds: 40 },
  );
  const rates = LOOPS.map(({ name, operations }) => [name, rateOf(operations, times[name]!.minimum)] as const);
  const [[loop, rate]] = rates.toSorted(([, a], [, b]) => b - a) as [(typeof rates)[number]];
  const bandwidth = Math.max(
    ...READ_LOOPS.map(({ name, bytes }) => (READ_ITERATIONS * bytes) / times[name]!.minimum / 1e6),
  );
  const ceiling = { rate, loop, loops: Object.fromEntries(rates), bandwidth };
  printCeiling(ceiling);
  const fastest = LOOPS.find(({ name }) => name === loop)!;
  return {
    ceiling,
    measureAgain: async () => {
      const again = await timeInTurns([computing(loop)], { round: ROUND, rounds: 100 });
      return rateOf(fastest.operations, again[loop]!.minimum);
    },
  };
}

/** GFLOP/s of a loop that takes `ms` milliseconds. */
const rateOf = (operations: number, ms: number) => (ITERATIONS * operations) / ms / 1e6;

type LoopFunction = (iterations: number, address: number) => number;

/** The second page of memory. */
const MEMORY_START = 65536;

async function compileLoops(): Promise<Readonly<Record<string, LoopFunction>>> {
  const source = [...LOOPS, ...READ_LOOPS].map((loop) => loop.source).join("\n");
  const { binary, stderr } = await asc.compileString(source, {
    optimizeLevel: 3,
    runtime: "stub",
    noAssert: true,
    enable: ["simd"],
  });
  if (!binary) throw new Error(stderr.toString());
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(binary as Uint8Array<ArrayBuffer>));
  const { memory, ...functions } = exports as { memory: WebAssembly.Memory } & Record<string, LoopFunction>;
  memory.grow(9);
  new Float32Array(memory.buffer).fill(0.5); // chains converge to 1, and sums stay finite
  return functions;
}

function printCeiling({ rate, loops, bandwidth }: Ceiling): void {
  const rows = Object.entries(loops).sort(([, a], [, b]) => b - a);
  printTable(`arithmetic ceiling of strict SIMD: ${rate.toFixed(1)} GFLOP/s; the fastest of ${rows.length} loops`, [
    ["", "GFLOP/s"],
    ...rows.slice(0, 5).map(([name, value]) => [name, value.toFixed(1)]),
  ]);
  console.log(`  reads from the L2 cache: ${bandwidth.toFixed(1)} GB/s`);
}
