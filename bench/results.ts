import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { arch, cpus, loadavg } from "node:os";
import type { Ceiling } from "./ceiling.js";
import { root } from "./child.js";
import type { Growth } from "./growth.js";
import type { Inference, StreamSteps } from "./inference.js";
import type { MatmulShares } from "./matmul.js";
import type { Ragged } from "./ragged.js";
import type { StartUp } from "./start-up.js";
import type { Shared } from "./threads.js";
import { ROUNDS, type Timing } from "./timing.js";
import type { Epochs } from "./training.js";

/** What bench/results.json holds: times are in milliseconds, rates in GFLOP/s; a part that never ran is absent. */
export interface Results {
  readonly machine: string;
  readonly node: string;
  readonly rounds: number;
  /** Processes that wanted to run in the minute before, the bench itself not among them; they disturb it where cores are few. */
  readonly load: number;
  ceiling?: Ceiling;
  torch?: { readonly version: string; readonly blas: string };
  matmul?: readonly MatmulShares[];
  training?: readonly Epochs[];
  ragged?: readonly Ragged[];
  notebook?: Readonly<Record<string, Timing>>;
  inference?: readonly Inference[];
  stream?: StreamSteps;
  growth?: readonly Growth[];
  threads?: readonly Shared[];
  start?: StartUp;
}

const file = `${root}bench/results.json`;

/** The results so far of this machine and this Node; those of others say nothing about it. */
export function readResults(): Results {
  const here = {
    machine: `${cpus()[0]?.model.trim()}, ${cpus().length} cores, ${arch()}`,
    node: process.version,
    rounds: ROUNDS,
    load: loadavg()[0]!,
  };
  if (!existsSync(file)) return here;
  const before = JSON.parse(readFileSync(file, "utf8")) as Results;
  return before.machine === here.machine && before.node === here.node ? { ...before, ...here } : here;
}

/** Writes numbers to five digits. */
export function writeResults(results: Results): void {
  const short = (_: string, value: unknown) => (typeof value === "number" ? Number(value.toPrecision(5)) : value);
  writeFileSync(file, `${JSON.stringify(results, short, 2)}\n`);
}
