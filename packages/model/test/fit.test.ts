import { expect, test } from "vitest";
import { DivergedError, type FitOptions, Gru, type GruConfig, sgd } from "../src/index.js";
import { bits, randomTensor } from "./random-network.js";

const config: GruConfig = { inputSize: 2, hiddenSize: 6, outputSize: 1, cell: "reset-before", seed: 11 };
const data = { x: randomTensor([9, 21, 2], 1), y: randomTensor([9, 21, 1], 2) };
const optimizer = sgd({ learningRate: 0.05, momentum: 0.9, nesterov: true, weightDecay: 1e-4 });
const options: FitOptions = {
  epochs: 7,
  batchSize: 8,
  shuffle: true,
  optimizer,
  clip: { kind: "global-norm", maxNorm: 0.5 },
  validation: { x: randomTensor([9, 5, 2], 3), y: randomTensor([9, 5, 1], 4) },
  validationEvery: 2,
};

test("a run aborted at any point resumes with the same bits", async () => {
  const whole = await Gru.create(config);
  const history = await whole.fit(data, options);
  expect(history.loss).toHaveLength(7);
  expect(history.validationLoss.map(({ epoch }) => epoch)).toEqual([1, 3, 5, 6]);

  for (const stop of [0, 2, 5]) {
    const first = await Gru.create(config);
    const abort = new AbortController();
    const run = first.fit(data, {
      ...options,
      signal: abort.signal,
      onEpoch: ({ epoch }) => epoch === stop && abort.abort(),
    });
    await expect(run).rejects.toThrow(/abort/i);
    const resumed = await Gru.create(config);
    const rest = await resumed.fit(data, { ...options, resume: first.checkpoint() });
    expect(rest).toEqual(history);
    for (const [name, t] of Object.entries(whole.stateDict("notebook")))
      expect(bits(resumed.stateDict("notebook")[name]!.data)).toEqual(bits(t.data));
  }
});

test("a checkpoint taken after an epoch resumes with the next", async () => {
  const whole = await Gru.create(config);
  const checkpoints: Uint8Array[] = [];
  const history = await whole.fit(data, { ...options, onEpoch: () => void checkpoints.push(whole.checkpoint()) });
  const resumed = await Gru.create(config);
  expect(await resumed.fit(data, { ...options, resume: checkpoints[3]! })).toEqual(history);
  expect(bits(resumed.stateDict("notebook")["W_hh"]!.data)).toEqual(bits(whole.stateDict("notebook")["W_hh"]!.data));
});

test("a checkpoint taken within an epoch resumes with the same bits", async () => {
  const whole = await Gru.create(config);
  await whole.fit(data, options);
  const first = await Gru.create(config);
  let reads = 0;
  // a signal that aborts at its tenth check: in epoch 3, after its first batch
  const signal = {
    throwIfAborted: () => {
      if (++reads === 11) throw new Error("stop");
    },
  } as unknown as AbortSignal;
  await expect(first.fit(data, { ...options, signal })).rejects.toThrow("stop");
  const resumed = await Gru.create(config);
  await resumed.fit(data, { ...options, resume: first.checkpoint() });
  for (const [name, t] of Object.entries(whole.stateDict("notebook")))
    expect(bits(resumed.stateDict("notebook")[name]!.data)).toEqual(bits(t.data));
});

test("timers and signals run during training", async () => {
  const gru = await Gru.create(config);
  const abort = new AbortController();
  setTimeout(() => abort.abort(), 5);
  await expect(gru.fit(data, { ...options, epochs: 1e6, signal: abort.signal })).rejects.toThrow(/abort/i);
});

test("a checkpoint of another run throws", async () => {
  const gru = await Gru.create(config);
  await gru.fit(data, { ...options, epochs: 1 });
  const resume = gru.checkpoint();
  await expect(gru.fit(data, { ...options, batchSize: 4, resume })).rejects.toThrow(
    /resume: .* expected training with batchSize 8, got 4/,
  );
  const other = await Gru.create({ ...config, seed: 12 });
  await expect(other.fit(data, { ...options, resume })).rejects.toThrow(
    /resume: .* expected a network with seed 11, got 12/,
  );
});

test("the seed alone determines weights and order", async () => {
  const run = async (seed: number) => {
    const gru = await Gru.create({ ...config, seed });
    await gru.fit(data, options);
    return bits(gru.stateDict("notebook")["W_hh"]!.data);
  };
  const first = await run(1);
  expect(await run(1)).toEqual(first);
  expect(await run(2)).not.toEqual(first);
});

test("the loss of an epoch is the mean of its batches' losses before their updates", async () => {
  const gru = await Gru.create(config);
  const before = gru.evaluate(data);
  const { loss } = await gru.fit(data, { epochs: 1, optimizer });
  expect(loss[0]).toBe(before);
  expect(gru.evaluate(data)).not.toBe(before);
});

test("training lowers the loss in every cell, and shuffling changes the order of batches", async () => {
  for (const cell of ["reset-before", "reset-after", "memoryless"] as const) {
    const gru = await Gru.create({ ...config, cell });
    const { loss } = await gru.fit(data, { ...options, epochs: 30 });
    expect(loss.at(-1)).toBeLessThan(loss[0]!);
  }
  const losses = await Promise.all(
    [true, false].map(async (shuffle) => (await (await Gru.create(config)).fit(data, { ...options, shuffle })).loss),
  );
  expect(losses[0]).not.toEqual(losses[1]);
});

test("a learning rate that is far too high throws a DivergedError with epoch, batch and tensor", async () => {
  const gru = await Gru.create({ ...config, outputSize: 1 });
  const run = gru.fit(data, { epochs: 500, optimizer: sgd({ learningRate: 1e20 }) });
  await expect(run).rejects.toBeInstanceOf(DivergedError);
  await expect(run).rejects.toThrow(/diverged in epoch \d+, batch 0: .* lower learning rate/);
});

test("a network can be used during training, but a second fit throws", async () => {
  const gru = await Gru.create(config);
  const plain = await Gru.create(config);
  await plain.fit(data, options);
  const run = gru.fit(data, { ...options, onEpoch: () => void gru.forward(randomTensor([40, 9, 2], 5)) });
  await expect(gru.fit(data, options)).rejects.toThrow(/one call at a time/);
  await run;
  expect(bits(gru.stateDict("notebook")["W_hh"]!.data)).toEqual(bits(plain.stateDict("notebook")["W_hh"]!.data));
});

test.each([
  ["epochs", { ...options, epochs: 0 }, /epochs: expected an integer of at least 1/],
  ["batchSize", { ...options, batchSize: 0 }, /batchSize: expected/],
  ["a misspelled option", { ...options, learningRate: 1 } as FitOptions, /got "learningRate"/],
  [
    "clip",
    { ...options, clip: { kind: "value", maxValue: -1 } } as FitOptions,
    /clip.maxValue: expected a number above 0, got -1/,
  ],
  [
    "clip kind",
    { ...options, clip: { kind: "norm", maxNorm: 1 } } as unknown as FitOptions,
    /clip.kind: expected value, global-norm, per-parameter, got norm/,
  ],
])("an invalid option throws: %s", async (_, bad, message) => {
  const gru = await Gru.create(config);
  await expect(gru.fit(data, bad)).rejects.toThrow(message);
});

test("data that do not match the network throw", async () => {
  const gru = await Gru.create(config);
  const { x, y } = data;
  const fit = (other: Parameters<Gru["fit"]>[0]) => gru.fit(other, { epochs: 1 });
  await expect(fit({ x: randomTensor([9, 21, 3], 1), y })).rejects.toThrow(
    /x: expected shape \[any, any, 2\], got \[9, 21, 3\]/,
  );
  await expect(fit({ x, y: randomTensor([9, 20, 1], 1) })).rejects.toThrow(/y: expected shape \[9, 21, 1\]/);
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    const bad = { data: x.data.slice().fill(value, 4, 5), shape: x.shape };
    await expect(fit({ x: bad, y })).rejects.toThrow(`x: expected finite numbers, got ${value} at element 4`);
  }
  const rows = (size: number) => ({
    data: new Float32Array(10),
    starts: Uint32Array.of(0, 9),
    stride: size,
    size,
  });
  await expect(fit({ count: 2, steps: 2, x: rows(2), y: rows(1) })).rejects.toThrow(
    /x: expected sample 1 to end within 10 elements, got an end at 13/,
  );
});
