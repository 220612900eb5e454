import { setTimeout } from "node:timers/promises";
import { epoch, type Size } from "./epoch.js";
import { printTable } from "./table.js";
import { type Candidate, timeInTurns } from "./timing.js";

type Axis = keyof Size;

/** The sizes of each axis; the other two stay at BASE. */
const AXES: Readonly<Record<Axis, readonly number[]>> = {
  T: [19, 64, 256, 1000, 4000, 10000],
  B: [1, 8, 32, 128, 512, 2048, 4096],
  H: [4, 8, 16, 32, 64, 128, 256, 512],
};
const BASE: Size = { T: 19, B: 32, H: 16 };
/** The exponents are fitted from these sizes on. */
const FROM: Size = { T: 19, B: 32, H: 64 };
const MIB = 2 ** 20;

export interface Growth {
  readonly axis: Axis;
  readonly sizes: readonly number[];
  /** Medians of a training epoch. */
  readonly milliseconds: readonly number[];
  /** Memory outside of JavaScript's heap that a trained network holds: its kernel's memory and its data. */
  readonly mebibytes: readonly number[];
  readonly timeExponent: number;
  readonly memoryExponent: number;
}

/** How the time and the memory of training grow with each size. */
export async function growth(): Promise<Growth[]> {
  const networks = [];
  for (const axis of ["T", "B", "H"] as const) networks.push({ axis, ...(await networksAlong(axis)) });
  // timed when all exist, so that none is collected while memory is measured
  const growths: Growth[] = [];
  for (const { axis, candidates, mebibytes } of networks) {
    const sizes = AXES[axis];
    const timed = await timeInTurns(candidates);
    const milliseconds = sizes.map((size) => timed[size]!.median);
    const fit = (costs: readonly number[]) =>
      slope(sizes.flatMap((size, i) => (size >= FROM[axis] ? [[size, costs[i]!] as const] : [])));
    growths.push({
      axis,
      sizes,
      milliseconds,
      mebibytes,
      timeExponent: fit(milliseconds),
      memoryExponent: fit(mebibytes),
    });
  }
  for (const { axis, sizes, milliseconds, mebibytes, timeExponent, memoryExponent } of growths) {
    const others = Object.entries(BASE).filter(([name]) => name !== axis);
    printTable(`a training epoch as ${axis} grows, ${others.map(([name, n]) => `${name} = ${n}`).join(", ")}`, [
      ["", ...sizes.map(String), `exponent from ${FROM[axis]} on`],
      ["milliseconds", ...milliseconds.map((n) => n.toPrecision(3)), timeExponent.toFixed(2)],
      ["MiB", ...mebibytes.map((n) => n.toPrecision(3)), memoryExponent.toFixed(2)],
    ]);
  }
  return growths;
}

/** Networks that are trained for one epoch each, and the memory that each takes. */
async function networksAlong(axis: Axis): Promise<{ candidates: Candidate[]; mebibytes: number[] }> {
  const candidates: Candidate[] = [];
  const mebibytes: number[] = [];
  for (const size of AXES[axis]) {
    const before = await bytesHeld();
    const candidate = await epoch(String(size), { ...BASE, [axis]: size });
    await candidate.measure(1);
    mebibytes.push(((await bytesHeld()) - before) / MIB);
    candidates.push(candidate);
  }
  return { candidates, mebibytes };
}

/** Bytes outside of JavaScript's heap after garbage collections; WebAssembly memories are part of them. */
async function bytesHeld(): Promise<number> {
  if (!globalThis.gc) throw new Error("growth: expected node --expose-gc; use npm run bench");
  for (let i = 0; i < 2; i++) {
    globalThis.gc();
    await setTimeout(10); // memories are freed after a collection, not within it
  }
  return process.memoryUsage().external;
}

/** The exponent of a power law through (size, cost): the slope of their logarithms, by least squares. */
function slope(points: readonly (readonly [number, number])[]): number {
  const logs = points.map(([size, cost]) => [Math.log(size), Math.log(cost)] as const);
  const mean = (i: 0 | 1) => logs.reduce((sum, point) => sum + point[i], 0) / logs.length;
  const [mx, my] = [mean(0), mean(1)];
  const sum = (term: (x: number, y: number) => number) =>
    logs.reduce((total, [x, y]) => total + term(x - mx, y - my), 0);
  return sum((x, y) => x * y) / sum((x) => x * x);
}
