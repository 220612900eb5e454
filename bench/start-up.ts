import { statSync } from "node:fs";
import { bundleSize } from "../scripts/bundle-size.mjs";
import { root, runNode } from "./run-node.js";
import { ms, printTable } from "./table.js";
import { type Timing, timing } from "./timing.js";

const PROCESSES = 15;
const STEPS = ["import", "instantiate", "first training step", "total"] as const;

export interface StartUp {
  /** Milliseconds in a new process, counted from the import of the package. */
  readonly times: Readonly<Record<(typeof STEPS)[number], Timing>>;
  readonly bytes: { readonly kernel: number; readonly minified: number; readonly gzipped: number };
}

/** The time from import to the first training step, and the bytes that a page loads for it. */
export async function startUp(): Promise<StartUp> {
  const marks = Array.from(
    { length: PROCESSES },
    () => JSON.parse(runNode(["bench/first-step.mjs"])) as [number, number, number, number],
  );
  const between = (from: number, to: number) => timing(marks.map((m) => m[to]! - m[from]!));
  const times = {
    import: between(0, 1),
    instantiate: between(1, 2),
    "first training step": between(2, 3),
    total: between(0, 3),
  };
  const bytes = {
    kernel: statSync(`${root}packages/kernel-wasm/dist/kernel.wasm`).size,
    ...(await bundleSize(`${root}packages/model/dist/index.js`)),
  };
  printTable("from import to the first training step, in a new process: milliseconds", [
    ["", "minimum", "median"],
    ...STEPS.map((step) => [step, ms(times[step].minimum), ms(times[step].median)]),
  ]);
  printTable("sizes", [
    ["", "bytes"],
    ["kernel wasm", String(bytes.kernel)],
    ["model with its kernel, minified", String(bytes.minified)],
    ["the same, gzipped", String(bytes.gzipped)],
  ]);
  return { times, bytes };
}
