import fc from "fast-check";
import { expect, test } from "vitest";
import { type Cell, Gru, type GruConfig, tensor } from "../src/index.js";
import { bits, randomNetwork, randomTensor } from "./random-network.js";

const cells: Cell[] = ["reset-before", "reset-after", "memoryless"];

test("a batch of B has the bits of B batches of one, and a stream has those of the forward pass", async () => {
  for (const cell of cells) {
    for (const [T, B, O] of [
      [7, 1, 1],
      [70, 3, 2],
      [5, 41, 0],
    ] as const) {
      const config: GruConfig = { inputSize: 2, hiddenSize: 7, outputSize: O, cell, seed: T };
      const gru = await randomNetwork(config);
      const x = randomTensor([T, B, 2], B);
      const { output, hidden, finalState } = gru.forward(x);
      const size = output.shape[2]!;
      for (let b = 0; b < B; b++) {
        const row = (t: number) => x.data.subarray((t * B + b) * 2, (t * B + b) * 2 + 2);
        const single = gru.forward(
          tensor(
            Float32Array.from({ length: T * 2 }, (_, i) => row(i >> 1)[i & 1]!),
            [T, 1, 2],
          ),
        );
        const stream = gru.stream();
        for (let t = 0; t < T; t++) {
          const want = bits(output.data.subarray((t * B + b) * size, (t * B + b + 1) * size));
          expect(bits(single.output.data.subarray(t * size, (t + 1) * size))).toEqual(want);
          expect(bits(stream.step(row(t)))).toEqual(want);
        }
        expect(bits(stream.state)).toEqual(bits(finalState.data.subarray(b * 7, b * 7 + 7)));
      }
      expect(bits(hidden.data.slice((T - 1) * B * 7))).toEqual(bits(finalState.data));
    }
  }
});

test("two forward passes with a carried state have the bits of one pass", async () => {
  for (const cell of ["reset-before", "reset-after"] as const) {
    for (const B of [1, 10]) {
      const gru = await randomNetwork({ inputSize: 1, hiddenSize: 5, outputSize: 1, cell });
      const x = randomTensor([8, B, 1], 4);
      const whole = gru.forward(x);
      const first = gru.forward(tensor(x.data.slice(0, 3 * B), [3, B, 1]));
      const rest = gru.forward(tensor(x.data.slice(3 * B), [5, B, 1]), { initialState: first.finalState });
      expect(bits(rest.output.data)).toEqual(bits(whole.output.data.slice(3 * B)));
    }
  }
});

test("streams have independent states and can fork", async () => {
  const gru = await randomNetwork({ inputSize: 1, hiddenSize: 4, outputSize: 1, cell: "reset-after" });
  const a = gru.stream();
  const b = gru.stream();
  const first = a.step([0.5]);
  a.step([1]);
  const fork = a.fork();
  expect(b.step([0.5])).toEqual(first);
  gru.forward(randomTensor([6, 1, 1], 1)); // uses the same place in the kernel
  expect(a.step([2])).toEqual(fork.step([2]));
  expect(gru.stream({ state: a.state }).step([3])).toEqual(a.step([3]));
});

test("steps of any number have the bits of single steps", () =>
  fc.assert(
    fc.asyncProperty(
      fc.record({
        cell: fc.constantFrom(...cells),
        inputSize: fc.integer({ min: 1, max: 3 }),
        hiddenSize: fc.integer({ min: 1, max: 9 }),
        outputSize: fc.integer({ min: 0, max: 2 }),
        layers: fc.integer({ min: 1, max: 3 }),
        outputs: fc.constantFrom("all" as const, "last" as const),
      }),
      fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 5 }),
      async (config, blocks) => {
        const gru = await randomNetwork(config);
        const [byBlock, byStep] = [gru.stream(), gru.stream()];
        const { inputSize: I } = config;
        for (const [i, T] of blocks.entries()) {
          const x = randomTensor([T, I], i);
          const { data, shape } = byBlock.steps(x);
          const single = Array.from({ length: T }, (_, t) => [...byStep.step(x.data.subarray(t * I, (t + 1) * I))]);
          expect(shape).toEqual([T, config.outputSize || config.hiddenSize]);
          expect(bits(data)).toEqual(bits(Float32Array.from(single.flat())));
          expect(bits(byBlock.state)).toEqual(bits(byStep.state));
        }
        gru.dispose();
      },
    ),
    { numRuns: 40 },
  ));

test("steps can exceed the number that is in kernel memory at once", async () => {
  const gru = await randomNetwork({ inputSize: 1, hiddenSize: 3, outputSize: 1, cell: "reset-before" });
  const x = randomTensor([5000, 1], 1);
  const { data } = gru.stream().steps(x);
  const whole = tensor(x.data, [5000, 1, 1]);
  expect(bits(data)).toEqual(bits(gru.forward(whole).output.data));
  expect(bits(data)).toEqual(bits(gru.predict(whole).data));
});

test("a step that throws leaves the state unchanged", async () => {
  const gru = await randomNetwork({ inputSize: 2, hiddenSize: 3, outputSize: 1, cell: "reset-after" });
  const stream = gru.stream();
  stream.step([0.5, 1]);
  const before = stream.fork();
  expect(() => stream.step([Number.NaN, 1])).toThrow(/step: expected finite numbers, got NaN at element 0/);
  expect(() => stream.step([1, 1e39])).toThrow(/step: expected finite numbers, got Infinity at element 1/);
  expect(() => stream.steps(randomTensor([3, 1], 1))).toThrow(/x: expected shape \[any, 2\], got \[3, 1\]/);
  expect(() => stream.steps(tensor(Float32Array.of(1, 2, Infinity, 0), [2, 2]))).toThrow(
    /x: expected finite .* element 2/,
  );
  expect(bits(stream.step([1, 2]))).toEqual(bits(before.step([1, 2])));
});

test("gradients agree with finite differences of the loss", async () => {
  const shapes = fc.record({
    cell: fc.constantFrom(...cells),
    inputSize: fc.integer({ min: 1, max: 3 }),
    hiddenSize: fc.integer({ min: 1, max: 6 }),
    outputSize: fc.integer({ min: 0, max: 2 }),
    seed: fc.nat(),
  });
  await fc.assert(
    fc.asyncProperty(shapes, fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 9 }), async (config, T, B) => {
      const gru = await randomNetwork(config);
      const convention = config.cell === "reset-after" ? "pytorch" : "notebook";
      const x = randomTensor([T, B, config.inputSize], config.seed);
      const y = randomTensor([T, B, config.outputSize || config.hiddenSize], config.seed + 1);
      const { gradients } = gru.backward(x, y);
      const parameters = gru.stateDict(convention);
      const step = 2 ** -7;
      for (const [name, { data }] of Object.entries(gradients)) {
        const i = config.seed % data.length;
        const lossAt = async (shift: number) => {
          const moved = {
            ...parameters,
            [name]: { ...parameters[name]!, data: parameters[name]!.data.slice() },
          };
          moved[name]!.data[i]! += shift;
          return (await Gru.fromStateDict(config, moved, convention)).evaluate({ x, y });
        };
        const slope = ((await lossAt(step)) - (await lossAt(-step))) / (2 * step);
        expect(Math.abs(data[i]! - slope), `${name}[${i}]`).toBeLessThan(2e-3);
      }
    }),
    { numRuns: 25 },
  );
}, 60_000);

test("initial weights have the documented distributions", async () => {
  const config: GruConfig = { inputSize: 3, hiddenSize: 16, outputSize: 2, cell: "reset-before", seed: 3 };
  const uniform = (await Gru.create({ ...config, init: "uniform" })).stateDict("notebook");
  const spread = uniform["W_hh"]!.data;
  expect(Math.max(...spread)).toBeLessThan(1);
  expect(Math.min(...spread)).toBeGreaterThanOrEqual(-1);
  expect(Math.max(...spread)).toBeGreaterThan(0.9);
  expect(uniform["b_r"]!.data.every((v) => v === 0)).toBe(true);

  const scaled = (await Gru.create({ ...config, cell: "reset-after" })).stateDict("pytorch"); // the default
  for (const { data } of Object.values(scaled)) {
    expect(data.every((v) => Math.abs(v) <= 0.25)).toBe(true);
    expect(data.some((v) => v !== 0)).toBe(true);
  }

  const keras = (await Gru.create({ ...config, init: "glorot-orthogonal" })).stateDict("keras");
  const R = keras["gru.recurrent_kernel"]!.data; // (H, 3H) with orthonormal rows
  for (let a = 0; a < 16; a++) {
    for (let b = 0; b <= a; b++) {
      let dot = 0;
      for (let k = 0; k < 48; k++) dot += R[a * 48 + k]! * R[b * 48 + k]!;
      expect(dot).toBeCloseTo(a === b ? 1 : 0, 5);
    }
  }
  const limit = Math.sqrt(6 / (3 + 48));
  expect(keras["gru.kernel"]!.data.every((v) => Math.abs(v) <= limit)).toBe(true);
});

test.each([100, 500])(
  "with the default weights the gradient of 64 units over %i steps does not explode",
  async (T) => {
    const gru = await Gru.create({ inputSize: 1, hiddenSize: 64, outputSize: 1, cell: "reset-after" });
    const { gradients } = gru.backward(randomTensor([T, 2, 1], 1), randomTensor([T, 2, 1], 2));
    const squares = Object.values(gradients).flatMap(({ data }) => Array.from(data, (g) => g * g));
    expect(Math.sqrt(squares.reduce((sum, g) => sum + g, 0))).toBeLessThan(10);
  },
);

test("parameterCount counts both biases of reset-after", async () => {
  const config = { inputSize: 2, hiddenSize: 3, outputSize: 1 };
  const count = async (cell: Cell) => (await Gru.create({ ...config, cell })).parameterCount;
  expect(await count("reset-before")).toBe(3 * (2 * 3 + 3 * 3 + 3) + 4);
  expect(await count("reset-after")).toBe(3 * (2 * 3 + 3 * 3 + 6) + 4);
});

test("invalid arguments throw with the expected and the actual value", async () => {
  const config: GruConfig = { inputSize: 1, hiddenSize: 2, outputSize: 1, cell: "memoryless" };
  await expect(Gru.create({ ...config, hiddenSize: 0 })).rejects.toThrow(
    /hiddenSize: expected an integer from 1 to 16384, got 0/,
  );
  await expect(Gru.create({ ...config, cell: "lstm" as Cell })).rejects.toThrow(
    /cell: expected reset-before, reset-after, memoryless, got lstm/,
  );
  await expect(Gru.create({ ...config, units: 3 } as GruConfig)).rejects.toThrow(/got "units"/);
  const gru = await Gru.create(config);
  const state = tensor(new Float32Array(2), [1, 1, 2]);
  expect(() => gru.forward(randomTensor([2, 1, 1], 1), { initialState: state })).toThrow(RangeError);
  expect(() => gru.stream({ state: [1, 2] })).toThrow(/memoryless/);
  expect(() => gru.forward(randomTensor([2, 1, 2], 1))).toThrow(/x: expected shape \[any, any, 1\], got \[2, 1, 2\]/);
  expect(() => gru.stream().step([1, 2])).toThrow(/step: expected 1 inputs, got 2/);
  expect(() => gru.checkpoint()).toThrow(/call fit\(\) first/);
  expect(() => tensor(new Float32Array(3), [2, 2])).toThrow(/tensor \[2,2\]: expected 4 elements, got 3/);
  gru.dispose();
  expect(() => gru.forward(randomTensor([2, 1, 1], 1))).toThrow(/disposed/);
});

test("an empty sequence gives empty outputs and the initial state", async () => {
  const gru = await Gru.create({ inputSize: 1, hiddenSize: 2, outputSize: 1, cell: "reset-before" });
  const { output, finalState } = gru.forward(tensor(new Float32Array(0), [0, 3, 1]));
  expect(output.shape).toEqual([0, 3, 1]);
  expect([...finalState.data]).toEqual([0, 0, 0, 0, 0, 0]);
});
