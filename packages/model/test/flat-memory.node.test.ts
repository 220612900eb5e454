/** Long runs leak no memory. Bytes are counted after a garbage collection; kernel memories are part of `external`. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { Gru, type GruConfig } from "../src/index.js";
import { randomTensor } from "./random-network.js";

const config: GruConfig = { inputSize: 1, hiddenSize: 4, outputSize: 1, cell: "reset-before" };

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

async function bytesInUse(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    await new Promise((resolve) => setTimeout(resolve, 5)); // finalizers have their turn
    collect();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** The bytes that `run` leaves in use. It runs once before the measurement, so that compiled code and caches are not counted. */
async function growth(run: () => unknown): Promise<number> {
  await run();
  const before = await bytesInUse();
  await run();
  return (await bytesInUse()) - before;
}

const MOST = 1 << 20; // 10 bytes a step, or 1 KiB a network: less than any object would take

test("100,000 steps of a stream use constant memory", async () => {
  const stream = (await Gru.create(config)).stream();
  expect(
    await growth(() => {
      for (let i = 0; i < 100_000; i++) stream.step([0.5]);
    }),
  ).toBeLessThan(MOST);
});

test("100,000 steps of training use constant memory", async () => {
  const gru = await Gru.create(config);
  const data = { x: randomTensor([2, 1000, 1], 1), y: randomTensor([2, 1000, 1], 2) };
  expect(await growth(() => gru.fit(data, { epochs: 100, batchSize: 1 }))).toBeLessThan(MOST);
});

test("creating and disposing 1,000 networks uses constant memory", async () => {
  expect(
    await growth(async () => {
      for (let i = 0; i < 1_000; i++) {
        const gru = await Gru.create(config);
        gru.forward(randomTensor([3, 2, 1], i));
        gru.dispose();
      }
    }),
  ).toBeLessThan(MOST);
});
