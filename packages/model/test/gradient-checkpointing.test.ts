import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type Cell,
  defaultConvention,
  type FitOptions,
  Gru,
  type GruConfig,
  sgd,
  trainingMemory,
} from "../src/index.js";
import { bits, randomNetwork, randomTensor } from "./random-network.js";

const cells: Cell[] = ["reset-before", "reset-after", "memoryless"];

/** Losses and the bits of the parameters after a few epochs. */
async function train(config: GruConfig, T: number, B: number, options: Partial<FitOptions>) {
  const gru = await randomNetwork(config);
  const x = randomTensor([T, B, config.inputSize], 1);
  const y = randomTensor([T, B, config.outputSize || config.hiddenSize], 2);
  const initialState = randomTensor([1, B, config.hiddenSize], 3);
  const history = await gru.fit(
    { x, y },
    {
      epochs: 3,
      batchSize: Math.ceil(B / 2),
      shuffle: true,
      optimizer: sgd({ learningRate: 0.1, momentum: 0.5 }),
      ...(config.cell !== "memoryless" && { initialState }),
      ...options,
    },
  );
  const parameters = Object.values(gru.stateDict(defaultConvention(config.cell))).map(({ data }) => bits(data));
  gru.dispose();
  return { history, parameters };
}

async function expectEqualBits(config: GruConfig, T: number, B: number) {
  const stored = await train(config, T, B, {});
  expect(await train(config, T, B, { gradientCheckpointing: true })).toEqual(stored);
}

// one step; a segment ± one step; several segments, the last one full or partial; segments of 32
test.each([1, 15, 16, 17, 47, 48, 100, 256, 257, 300])(
  "%i steps: gradient checkpointing has the bits of stored activations in every cell, with and without a head",
  async (T) => {
    for (const cell of cells) {
      for (const outputSize of [0, 2])
        await expectEqualBits({ inputSize: 2, hiddenSize: 5, outputSize, cell, seed: T }, T, 5);
    }
  },
);

test("several shards, the last one partial", () =>
  expectEqualBits({ inputSize: 1, hiddenSize: 9, outputSize: 1, cell: "reset-after", seed: 1 }, 70, 139));

test("random shapes", async () => {
  const shapes = fc.record({
    cell: fc.constantFrom(...cells),
    inputSize: fc.integer({ min: 1, max: 3 }),
    hiddenSize: fc.integer({ min: 1, max: 12 }),
    outputSize: fc.integer({ min: 0, max: 5 }),
    seed: fc.nat(),
  });
  const [T, B] = [fc.integer({ min: 1, max: 130 }), fc.integer({ min: 1, max: 70 })];
  await fc.assert(fc.asyncProperty(shapes, T, B, expectEqualBits), { numRuns: 15 });
}, 60_000);

test("stored activations grow with √T", () => {
  const config: GruConfig = { inputSize: 1, hiddenSize: 16, outputSize: 1, cell: "reset-before" };
  const activations = (steps: number, gradientCheckpointing: boolean) => {
    const { buffers } = trainingMemory(config, { samples: 32, steps, gradientCheckpointing });
    return ["inputs", "gates", "outputs", "borders"].reduce((sum, name) => sum + buffers[name]!, 0);
  };
  for (const T of [1_000, 4_000, 10_000]) {
    const share = activations(T, true) / activations(T, false);
    expect(share * Math.sqrt(T), `T = ${T}`).toBeLessThan(1.6);
  }
  expect(activations(16, true)).toBe(activations(16, false));
});

test("a run can resume with or without gradient checkpointing", async () => {
  const config: GruConfig = { inputSize: 1, hiddenSize: 4, outputSize: 1, cell: "reset-before", seed: 5 };
  const data = { x: randomTensor([40, 6, 1], 1), y: randomTensor([40, 6, 1], 2) };
  for (const gradientCheckpointing of [true, false]) {
    const whole = await Gru.create(config);
    const history = await whole.fit(data, { epochs: 4, gradientCheckpointing });
    const first = await Gru.create(config);
    await first.fit(data, { epochs: 2, gradientCheckpointing });
    const rest = await Gru.create(config);
    const resume = first.checkpoint();
    expect(await rest.fit(data, { epochs: 4, gradientCheckpointing: !gradientCheckpointing, resume })).toEqual(
      history,
    );
    expect(bits(rest.stateDict("notebook")["W_hh"]!.data)).toEqual(bits(whole.stateDict("notebook")["W_hh"]!.data));
  }
});
