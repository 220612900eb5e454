/**
 * Trains and streams for a million steps each and fails if the memory in use grows. Arguments: --steps N (1,000,000).
 * The first tenth is a warm-up; bytes are counted after a garbage collection, and include the memories of the kernel.
 */
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { adam, Gru, type GruConfig, tensor } from "@sluice/model";

const { values } = parseArgs({ options: { steps: { type: "string", default: "1000000" } } });
const STEPS = Number(values.steps);
const PARTS = 10;
/** 1 MiB: one byte a step. */
const MOST_GROWTH = 2 ** 20;

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;
const config: GruConfig = { inputSize: 1, hiddenSize: 4, outputSize: 1, cell: "reset-after", seed: 1 };

async function bytesInUse(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    await new Promise((resolve) => setTimeout(resolve, 5)); // finalizers have their turn
    collect();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Runs ten parts, prints the bytes in use after each, and compares the last with the first. */
async function soak(name: string, run: (steps: number) => unknown): Promise<void> {
  const start = performance.now();
  const bytes: number[] = [];
  for (let part = 0; part < PARTS; part++) {
    await run(STEPS / PARTS);
    bytes.push(await bytesInUse());
  }
  const growth = bytes.at(-1)! - bytes[0]!;
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const rss = (process.memoryUsage.rss() / 2 ** 20).toFixed(0);
  console.log(`${name}: ${STEPS.toLocaleString("en")} in ${seconds} s; resident ${rss} MiB`);
  console.log(`  KiB in use after each tenth: ${bytes.map((n) => (n / 1024).toFixed(0)).join(" ")}`);
  if (growth <= MOST_GROWTH) return;
  console.log(`  expected a growth of at most ${MOST_GROWTH} bytes, got ${growth}`);
  process.exitCode = 1;
}

const gru = await Gru.create(config);
const data = {
  x: tensor(new Float32Array(400).fill(0.5), [4, 100, 1]),
  y: tensor(new Float32Array(400), [4, 100, 1]),
};
// 100 updates an epoch
const optimizer = adam({ learningRate: 1e-4 });
await soak("updates of one fit after another", async (steps) => {
  for (let i = 0; i < steps / 1000; i++) await gru.fit(data, { epochs: 10, batchSize: 1, optimizer });
});

const stream = gru.stream();
await soak("steps of a stream", (steps) => {
  for (let i = 0; i < steps; i++) stream.step([0.5]);
});
