import { readFileSync, writeFileSync } from "node:fs";
import { type Mutation, mutateBytes } from "./mutate-bytes.js";
import { Random } from "./random.js";

/** A reader of files, with sound ones to begin from. */
export interface Reader {
  readonly name: string;
  readonly samples: readonly Uint8Array[];
  /** Keeps the structure of the format and changes its contents. */
  readonly mutate: Mutation;
  /** Reads; throws one of `errors` for a file that it refuses. */
  read(bytes: Uint8Array): unknown;
  /** The error classes that a file may lead to. */
  readonly errors: readonly (abstract new (
    ...args: never
  ) => Error)[];
}

/** Milliseconds of computing that a file may take. */
const MOST_TIME = 1000;
const MIB = 2 ** 20;

/** The file of a case, which depends only on the reader's samples, the seed and the number of the case. */
export function fileOf({ samples, mutate }: Reader, seed: number, index: number): Uint8Array {
  const random = new Random(Math.imul(seed, 0x9e3779b1) ^ index);
  const sample = random.pick(samples);
  const choice = random.below(10);
  if (choice < 6) return mutate(sample, random);
  return choice < 9 ? mutateBytes(sample, random) : mutateBytes(mutate(sample, random), random);
}

/** What is wrong with the reading of a file; undefined if nothing is. */
export async function faultOf(reader: Reader, bytes: Uint8Array): Promise<string | undefined> {
  const growthOf = measurePeak();
  const start = process.cpuUsage();
  let fault: string | undefined;
  try {
    await reader.read(bytes);
  } catch (error) {
    if (!reader.errors.some((type) => error instanceof type))
      fault = `expected ${reader.errors.map(({ name }) => name).join(", ")}, got ${(error as Error)?.stack ?? error}`;
    else if ((error as Error).message.length > 20_000)
      fault = `expected a message of at most 20,000 letters, got ${(error as Error).message.length}`;
  }
  const { user, system } = process.cpuUsage(start);
  const time = (user + system) / 1000;
  const growth = growthOf();
  if (time > MOST_TIME) fault ??= `expected at most ${MOST_TIME} ms, got ${Math.round(time)}`;
  if (growth > 4 * bytes.length + 64 * MIB)
    fault ??= `expected at most 64 MiB and 4 × ${bytes.length} bytes, got ${growth}`;
  return fault;
}

/** Begins a new measurement of the peak of resident memory, which only Linux allows; returns the bytes that reading added. */
function measurePeak(): () => number {
  try {
    writeFileSync("/proc/self/clear_refs", "5");
  } catch {
    return () => 0;
  }
  const before = process.memoryUsage.rss();
  // not resourceUsage().maxRSS, which includes the process that started this one
  return () => Number(/^VmHWM:\s*(\d+) kB/m.exec(readFileSync("/proc/self/status", "utf8"))![1]) * 1024 - before;
}
