/**
 * Fuzzes each reader in a process of its own with a limited heap.
 * Arguments: words of the readers' names; --cases N, --seed N, --case N for a single one.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, openSync, readFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { faultOf, fileOf } from "./fuzz.js";
import { readers } from "./readers.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    cases: { type: "string", default: "100000" },
    seed: { type: "string", default: "1" },
    case: { type: "string" },
    from: { type: "string", default: "0" },
    /** Where a child writes the case that it reads, so that a crash or a hang can be named. */
    progress: { type: "string" },
  },
});
const seed = Number(values.seed);
const last = values.case === undefined ? Number(values.cases) : Number(values.case) + 1;
const chosen = readers.filter(({ name }) => positionals.every((word) => name.includes(word)));

/** A reader that makes no progress for so long hangs. */
const MOST_SILENCE = 20_000;
const MOST_FAULTS = 10;

if (values.progress === undefined) {
  let faulty = false;
  for (const { name } of chosen) faulty = (await fuzzInProcess(name)) > 0 || faulty;
  if (chosen.length === 0) console.error(`no reader named ${positionals.join(" ")}`);
  if (faulty || chosen.length === 0) process.exitCode = 1;
} else await fuzz(values.progress);

/** Reads cases until the first fault, which is printed. */
async function fuzz(progress: string): Promise<void> {
  const [reader] = chosen;
  const file = openSync(progress, "r+");
  for (let i = Number(values.from); i < last; i++) {
    writeSync(file, `${i}`.padEnd(12), 0);
    const fault = await faultOf(reader!, fileOf(reader!, seed, i));
    if (fault === undefined) continue;
    console.log(fault);
    process.exit(3);
  }
  process.exit(0);
}

/** Fuzzes a reader, in a new process after each fault; returns the number of faults. */
async function fuzzInProcess(name: string): Promise<number> {
  const start = performance.now();
  const progress = join(mkdtempSync(join(tmpdir(), "sluice-fuzz-")), "case");
  let faults = 0;
  for (let from = Number(values.case ?? values.from); from < last && faults < MOST_FAULTS; ) {
    writeSync(openSync(progress, "w"), `${from}`.padEnd(12));
    const fault = await runChild(name, from, progress);
    if (fault === undefined) break;
    const index = Number(readFileSync(progress, "utf8"));
    faults++;
    console.log(`${name}: case ${index}: ${fault}\n  npm run fuzz -- "${name}" --seed ${seed} --case ${index}`);
    from = index + 1;
  }
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  console.log(`${name}: ${last - Number(values.case ?? values.from)} cases, ${faults} faults, ${seconds} s`);
  return faults;
}

/** The fault that ends a process; undefined if it ends with the last case. */
async function runChild(name: string, from: number, progress: string): Promise<string | undefined> {
  const range = ["--seed", `${seed}`, "--cases", `${last}`, "--from", `${from}`];
  const child = spawn(
    process.execPath,
    [
      "--max-old-space-size=256",
      ...process.execArgv,
      fileURLToPath(import.meta.url),
      name,
      ...range,
      "--progress",
      progress,
    ],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  let seen = "";
  let hangs = false;
  const watch = setInterval(() => {
    const now = readFileSync(progress, "utf8");
    hangs = now === seen;
    if (hangs) child.kill("SIGKILL");
    seen = now;
  }, MOST_SILENCE);
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  clearInterval(watch);
  if (code === 0) return undefined;
  return hangs
    ? `hangs for more than ${MOST_SILENCE / 1000} s`
    : output.trim().slice(-3000) || `the process ended with ${code}`;
}
