/**
 * These tests fail for each of these mutations: gradients of accumulated batches summed, not averaged; the best weights saved after every
 * epoch; the first samples held out instead of the last; no penalties; the norm taken after clipping; no yield after an epoch.
 */
import { afterEach, expect, expectTypeOf, test, vi } from "vitest";
import {
  type BatchEvent,
  type EpochEvent,
  type FitOptions,
  Gru,
  type GruConfig,
  type Regularize,
  type StateDict,
  sgd,
  type Tensor,
} from "../src/index.js";
import { bits, randomTensor } from "./random-network.js";

const config: GruConfig = { inputSize: 2, hiddenSize: 5, outputSize: 1, cell: "reset-before", seed: 3 };
const data = { x: randomTensor([6, 12, 2], 1), y: randomTensor([6, 12, 1], 2) };
const optimizer = sgd({ learningRate: 0.1 });

const weights = (gru: Gru) =>
  Object.values(gru.stateDict(gru.config.cell === "reset-after" ? "pytorch" : "notebook")).map((t) => bits(t.data));

/** Samples [from, to) of (T,B,F). */
function samples({ data: all, shape }: Tensor, from: number, to: number): Tensor {
  const [T, B, F] = shape as [number, number, number];
  const part = Array.from({ length: T }, (_, t) => [...all.subarray((t * B + from) * F, (t * B + to) * F)]).flat();
  return { data: Float32Array.from(part), shape: [T, to - from, F] };
}
const between = (from: number, to: number) => ({ x: samples(data.x, from, to), y: samples(data.y, from, to) });

async function trained(options: FitOptions, on: Parameters<Gru["fit"]>[0] = data, other: Partial<GruConfig> = {}) {
  const gru = await Gru.create({ ...config, ...other });
  const history = await gru.fit(on, options);
  return { gru, history, weights: weights(gru) };
}

afterEach(() => void vi.restoreAllMocks());

test.each([
  [0.25, 9],
  [1 / 100, 11],
  [5, 7],
])("validationSplit %d holds out the samples from %i on", async (validationSplit, border) => {
  const options: FitOptions = { epochs: 4, batchSize: 4, shuffle: true, optimizer };
  const split = await trained({ ...options, validationSplit });
  const given = await trained({ ...options, validation: between(border, 12) }, between(0, border));
  expect(split.history).toEqual(given.history);
  expect(split.weights).toEqual(given.weights);
});

test("held-out samples keep their own initial states", async () => {
  const initialState = randomTensor([1, 12, 5], 4);
  const gru = await Gru.create(config);
  const { validationLoss } = await gru.fit(data, { epochs: 1, optimizer, initialState, validationSplit: 3 });
  const held = between(9, 12);
  const { output } = gru.forward(held.x, { initialState: samples(initialState, 9, 12) });
  const loss = held.y.data.reduce((sum, y, i) => sum + (output.data[i]! - y) ** 2, 0) / held.y.data.length;
  expect(validationLoss[0]!.loss).toBeCloseTo(loss, 6);
});

test("early stopping ends training after `patience` epochs without improvement and restores the best weights", async () => {
  const options: FitOptions = { epochs: 200, optimizer: sgd({ learningRate: 0.5 }), validationSplit: 4 };
  const last = await trained({ ...options, earlyStopping: { patience: 3, restoreBest: false } });
  const losses = last.history.validationLoss.map(({ loss }) => loss);
  const lowest = losses.indexOf(Math.min(...losses));
  expect(losses.length).toBeLessThan(200);
  expect(losses.length).toBe(lowest + 1 + 3);
  expect(last.history.best).toEqual({ epoch: lowest, loss: losses[lowest] });

  const best = await trained({ ...options, earlyStopping: { patience: 3 } });
  expect(best.history).toEqual(last.history);
  expect(best.weights).toEqual((await trained({ ...options, epochs: lowest + 1 })).weights);
  expect(best.gru.evaluate(between(8, 12))).toBe(losses[lowest]);
  expect(last.weights).toEqual((await trained({ ...options, epochs: losses.length })).weights);
});

test("the best weights are also restored after the last epoch", async () => {
  const options: FitOptions = { epochs: 30, optimizer: sgd({ learningRate: 0.5 }), validationSplit: 4 };
  const { gru, history } = await trained({ ...options, earlyStopping: { patience: 1000 } });
  expect(history.loss).toHaveLength(30);
  expect(gru.evaluate(between(8, 12))).toBe(Math.min(...history.validationLoss.map(({ loss }) => loss)));
});

test("without validation data early stopping monitors the training loss, and a decrease below minDelta is no improvement", async () => {
  const { history } = await trained({ epochs: 50, optimizer, earlyStopping: { patience: 2, minDelta: 1e6 } });
  expect(history.loss).toHaveLength(3);
  expect(history.best).toEqual({ epoch: 0, loss: history.loss[0] });
});

test("an update of accumulated batches uses the mean of their gradients", async () => {
  const parts = [between(0, 5), between(5, 10), between(10, 12)];
  const gru = await Gru.create(config);
  const before = gru.stateDict("notebook");
  const gradients = parts.map(({ x, y }) => gru.backward(x, y).gradients);
  await gru.fit(data, { epochs: 1, batchSize: 5, accumulate: 3, optimizer });
  for (const [name, { data: after }] of Object.entries(gru.stateDict("notebook"))) {
    after.forEach((p, i) => {
      const mean = gradients.reduce((sum, g) => sum + g[name]!.data[i]!, 0) / 3;
      expect(p).toBeCloseTo(before[name]!.data[i]! - 0.1 * mean, 6);
    });
  }
});

test("the last update of an epoch uses the remaining batches", async () => {
  const seen: BatchEvent[] = [];
  await trained({ epochs: 2, batchSize: 3, accumulate: 3, optimizer, onBatch: (event) => void seen.push(event) });
  expect(seen.map(({ epoch, batch }) => [epoch, batch])).toEqual(
    [0, 1].flatMap((e) => [0, 1, 2, 3].map((b) => [e, b])),
  );
  expect(seen.map((event) => event.gradientNorm !== undefined)).toEqual([
    false,
    false,
    true,
    true,
    false,
    false,
    true,
    true,
  ]);
  const whole = await trained({ epochs: 3, batchSize: 4, optimizer });
  expect((await trained({ epochs: 3, batchSize: 4, accumulate: 1, optimizer })).weights).toEqual(whole.weights);
});

test("events contain losses, learning rates and gradient norms", async () => {
  const { x, y } = data;
  const gru = await Gru.create(config);
  const { loss, gradients } = gru.backward(x, y);
  const norm = Math.sqrt(Object.values(gradients).reduce((sum, g) => g.data.reduce((s, v) => s + v * v, sum), 0));
  const batches: BatchEvent[] = [];
  const epochs: EpochEvent[] = [];
  await gru.fit(data, {
    epochs: 1,
    optimizer,
    clip: { kind: "global-norm", maxNorm: 1e-3 },
    onBatch: (event) => void batches.push(event),
    onEpoch: (event) => void epochs.push(event),
  });
  const [batch] = batches;
  expect(batch).toEqual({
    epoch: 0,
    batch: 0,
    batches: 1,
    loss,
    learningRate: 0.1,
    gradientNorm: batch!.gradientNorm,
  });
  expect(batch!.gradientNorm).toBeCloseTo(norm, 10);
  expect(epochs).toEqual([{ epoch: 0, epochs: 1, loss, learningRate: 0.1, gradientNorm: batch!.gradientNorm }]);
});

test("listeners do not affect the result", async () => {
  const options: FitOptions = { epochs: 3, batchSize: 4, accumulate: 2, optimizer };
  const quiet = await trained(options);
  const loud = await trained({ ...options, onBatch: () => {}, onEpoch: () => {} });
  expect(loud.weights).toEqual(quiet.weights);
  expect(loud.gru.checkpoint()).toEqual(quiet.gru.checkpoint());
});

test.each(["reset-before", "reset-after"] as const)(
  "%s: penalties change the weights of their groups",
  async (cell) => {
    const names: Record<keyof Regularize, RegExp> = {
      kernel: /^W_x|weight_ih/,
      recurrent: /^W_h[rzh]|weight_hh/,
      bias: /^b_|bias/,
      head: /^W_hq|head.weight/,
    };
    const convention = cell === "reset-after" ? "pytorch" : "notebook";
    const start: StateDict = (await Gru.create({ ...config, cell, init: "uniform-scaled" })).stateDict(convention);
    const after = async (regularize?: Regularize) => {
      const options = { epochs: 1, optimizer: sgd({ learningRate: 1 }), ...(regularize && { regularize }) };
      return (await trained(options, data, { cell, init: "uniform-scaled" })).gru.stateDict(convention);
    };
    const plain = await after();
    for (const group of Object.keys(names) as (keyof Regularize)[]) {
      const pulled = await after({ [group]: { l1: 0.01, l2: 0.1 } });
      for (const [name, { data: p }] of Object.entries(start)) {
        const inGroup = names[group].test(name);
        p.forEach((w, i) => {
          const pull = inGroup ? 0.01 * Math.sign(w) + 0.2 * w : 0;
          expect(pulled[name]!.data[i]! - plain[name]!.data[i]!, `${group}, ${name}`).toBeCloseTo(-pull, 6);
        });
      }
    }
  },
);

test.each<[string, Partial<FitOptions>, RegExp]>([
  [
    "two validations",
    { validationSplit: 1, validation: data },
    /validation and validationSplit: expected one of them, got both/,
  ],
  ["nothing left", { validationSplit: 12 }, /validationSplit \(12\) of 12 samples: expected an integer from 1 to 11/],
  [
    "a split that is no share",
    { validationSplit: 1.5 },
    /validationSplit: expected a fraction between 0 and 1, or a number/,
  ],
  ["patience", { earlyStopping: { patience: 0 } }, /earlyStopping.patience: expected an integer of at least 1/],
  [
    "minDelta",
    { earlyStopping: { patience: 1, minDelta: -1 } },
    /earlyStopping.minDelta: expected a number of at least 0/,
  ],
  ["accumulate", { accumulate: 0 }, /accumulate: expected an integer of at least 1/],
  [
    "a group of no weights",
    { regularize: { weights: {} } as Regularize },
    /regularize: expected kernel, .* got "weights"/,
  ],
  ["a penalty", { regularize: { bias: { l2: -1 } } }, /regularize.bias.l2: expected a number of at least 0, got -1/],
  ["a schedule", { schedule: { kind: "linear" } as never }, /schedule.kind: expected constant, .* got linear/],
])("an invalid option throws: %s", async (_, bad, message) => {
  const gru = await Gru.create(config);
  await expect(gru.fit(data, { epochs: 1, ...bad })).rejects.toThrow(message);
});

test("with batches of 6 ms, training yields after every second", async () => {
  let now = 0;
  vi.spyOn(performance, "now").mockImplementation(() => (now += 6)); // each look at the clock follows one piece of work
  let pieces = 0;
  let longest = 0;
  const { port1, port2 } = new MessageChannel();
  const next = globalThis.setImmediate ?? (() => port2.postMessage(null));
  const turn = () => {
    longest = Math.max(longest, pieces);
    pieces = 0;
    if (!done) next(turn);
  };
  port1.onmessage = turn;
  let done = false;
  next(turn);
  const count = () => void pieces++;
  await trained({ epochs: 20, batchSize: 2, optimizer, validationSplit: 2, onBatch: count, onEpoch: count });
  done = true;
  port1.close();
  expect(longest).toBeGreaterThan(0);
  expect(longest).toBeLessThanOrEqual(2);
});

test("types are exact", () => {
  expectTypeOf<EpochEvent["gradientNorm"]>().toEqualTypeOf<number>();
  // @ts-expect-error no such group
  const regularize: Regularize = { weights: { l1: 1 } };
  // @ts-expect-error patience is required
  const options: FitOptions = { epochs: 1, regularize, earlyStopping: {} };
  expect(options.epochs).toBe(1);
});
