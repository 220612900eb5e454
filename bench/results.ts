import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { arch, cpus } from "node:os";
import type { Ceiling } from "./ceiling.js";
import type { Conditions } from "./conditions.js";
import type { Growth } from "./growth.js";
import type { Inference, StreamSteps } from "./inference.js";
import type { MatmulShares } from "./matmul.js";
import type { TorchInfo } from "./peers/torch.js";
import type { Ragged } from "./ragged.js";
import { root } from "./run-node.js";
import type { StartUp } from "./start-up.js";
import type { ThreadScaling } from "./threads.js";
import { ROUNDS, type Timing } from "./timing.js";
import type { EpochComparison } from "./training.js";

/** Increases when the fields change, so that results of another format are not merged. */
const FORMAT = 2;

/** The contents of bench/results.json: times in milliseconds, rates in GFLOP/s. Parts that never ran on this machine are absent. */
export interface Results {
  readonly format: number;
  readonly machine: string;
  readonly node: string;
  readonly rounds: number;
  ceiling?: Ceiling;
  /** The state of the machine while each part ran. */
  conditions?: Readonly<Record<string, Conditions>>;
  torch?: TorchInfo;
  matmul?: readonly MatmulShares[];
  training?: readonly EpochComparison[];
  ragged?: readonly Ragged[];
  notebook?: Readonly<Record<string, Timing>>;
  inference?: readonly Inference[];
  stream?: StreamSteps;
  growth?: readonly Growth[];
  threads?: readonly ThreadScaling[];
  start?: StartUp;
}

const file = `${root}bench/results.json`;

/** The stored results if they are of this machine, version of Node and format, otherwise empty ones: rates of others cannot be compared. */
export function readResults(): Results {
  const here = {
    format: FORMAT,
    machine: `${cpus()[0]?.model.trim()}, ${cpus().length} cores, ${arch()}`,
    node: process.version,
    rounds: ROUNDS,
  };
  if (!existsSync(file)) return here;
  const before = JSON.parse(readFileSync(file, "utf8")) as Results;
  const comparable = (["format", "machine", "node"] as const).every((key) => before[key] === here[key]);
  return comparable ? { ...before, ...here } : here;
}

/** Writes numbers to five digits. */
export function writeResults(results: Results): void {
  const short = (_: string, value: unknown) => (typeof value === "number" ? Number(value.toPrecision(5)) : value);
  writeFileSync(file, `${JSON.stringify(results, short, 2)}\n`);
}
