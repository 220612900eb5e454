import { expect, test } from "vitest";
import { resolveConfig } from "../src/config/config.js";
import { type GruConfig, type TrainingSize, trainingMemory } from "../src/index.js";
import { Network } from "../src/network/network.js";
import { executor } from "../src/threads/executor.js";
import { Training } from "../src/training/training.js";
import { randomTensor } from "./random-network.js";

const notebook: GruConfig = { inputSize: 1, hiddenSize: 16, outputSize: 1, cell: "reset-before" };

/** The bytes of kernel memory after an epoch of training. */
async function measured(config: GruConfig, size: TrainingSize): Promise<number> {
  const resolved = resolveConfig(config);
  const { inputSize: I, hiddenSize: H, outputSize: O } = resolved;
  const network = await Network.create(resolved);
  const data = ({ steps, samples }: { steps: number; samples: number }) => ({
    x: randomTensor([steps, samples, I], 1),
    y: randomTensor([steps, samples, O || H], 2),
  });
  const { batchSize = size.samples, initialState, validation, gradientCheckpointing = false } = size;
  const { truncate, stateful = false } = size;
  const training = new Training({ network, config: resolved, executor }, data(size), {
    epochs: 1,
    batchSize,
    gradientCheckpointing,
    stateful,
    ...(truncate && { truncate }),
    ...(initialState && { initialState: randomTensor([1, size.samples, H], 3) }),
    ...(validation && { validation: data(validation) }),
  });
  await training.run();
  return network.kernel.byteLength;
}

test.each<[string, GruConfig, TrainingSize]>([
  ["the notebook", notebook, { samples: 180, steps: 19 }],
  ["all sizes 1", { inputSize: 1, hiddenSize: 1, outputSize: 1, cell: "memoryless" }, { samples: 1, steps: 1 }],
  ["many samples", { ...notebook, cell: "reset-after" }, { samples: 4096, steps: 19, batchSize: 256 }],
  ["many units", { ...notebook, hiddenSize: 256 }, { samples: 64, steps: 19 }],
  [
    "no head, a ragged size",
    { inputSize: 3, hiddenSize: 33, outputSize: 0, cell: "reset-after" },
    { samples: 7, steps: 50 },
  ],
  ["many steps", notebook, { samples: 32, steps: 3000 }],
  ["many steps, checkpointed", notebook, { samples: 32, steps: 3000, gradientCheckpointing: true }],
  ["many steps, truncated", notebook, { samples: 64, steps: 3000, batchSize: 32, truncate: { k1: 100, k2: 250 } }],
  [
    "truncated, checkpointed, states carried",
    { ...notebook, layers: 2 },
    {
      samples: 4096,
      steps: 600,
      batchSize: 1024,
      truncate: { k1: 200, k2: 400 },
      stateful: true,
      gradientCheckpointing: true,
    },
  ],
  [
    "states and validation",
    notebook,
    { samples: 40, steps: 30, initialState: true, validation: { samples: 300, steps: 500 } },
  ],
])("%s: kernel memory is within 10 % + 128 KiB of the plan", async (_, config, size) => {
  const { total } = trainingMemory(config, size);
  const bytes = await measured(config, size);
  expect(bytes).toBeGreaterThanOrEqual(total);
  expect(bytes).toBeLessThanOrEqual(total * 1.1 + 128 * 1024);
});

test("windows into one series use the memory of the series", () => {
  const elements = { x: 10_000, y: 10_000 };
  const windows = trainingMemory(notebook, { samples: 9_976, steps: 24, elements });
  expect(windows.buffers["x.source"]).toBe(40_000);
  expect(windows.buffers["x.starts"]).toBe(39_936);
});

test("an invalid size throws", () => {
  expect(() => trainingMemory(notebook, { samples: 0, steps: 1 })).toThrow(
    /samples: expected an integer from 1 to \d+, got 0/,
  );
  expect(() => trainingMemory(notebook, { samples: 1, steps: 1, batch: 2 } as TrainingSize)).toThrow(/got "batch"/);
});
