/**
 * Truncated back-propagation and stateful batches, compared with the same written by hand: `forward` carries the state, each update is a
 * `fit` of one epoch, and steps outside the loss have weight 0.
 *
 * These tests fail for each of these mutations: k1 used for k2; the state carried from the end of a window instead of from the start of the
 * next; losses of all steps of a window counted; the state not carried to the next batch; no state carried by a window whose weights are all
 * 0; no carried states in the checkpoint; a gradient of the learned states from a window that does not start at them; a stale gradient of
 * steps outside the loss; another dropout mask in each window.
 */
import fc from "fast-check";
import { expect, expectTypeOf, test } from "vitest";
import {
  defaultConvention,
  type FitOptions,
  Gru,
  sgd,
  type Tensor,
  type TrainingData,
  type Truncate,
  tensor,
} from "../src/index.js";
import goldens from "./goldens/truncated.json" with { type: "json" };
import { type Batch, batchOf, type Case, cases, networkOf } from "./random-case.js";
import { bits, randomNetwork, randomTensor } from "./random-network.js";

const optimizer = sgd({ learningRate: 0.01 });

/** All parameters; −0 equals 0. */
const weightsOf = (gru: Gru) =>
  Object.values(gru.stateDict(defaultConvention(gru.config.cell))).map(({ data }) => bits(data.map((v) => v + 0)));

/** Steps [from, to) of rows [first, first + count) of a (T,B,…) tensor. */
function cut({ data, shape }: Tensor, from: number, to: number, first: number, count: number): Tensor {
  const [, B, size = 1] = shape as [number, number, number?];
  const rows = Array.from({ length: to - from }, (_, t) => {
    const at = ((from + t) * B + first) * size;
    return [...data.subarray(at, at + count * size)];
  });
  return tensor(Float32Array.from(rows.flat()), [to - from, count, ...shape.slice(2)]);
}

/** One epoch with the options of `fit`, written by hand. */
async function byHand(
  gru: Gru,
  one: Case,
  { x, y, weights, initialState, taken }: Batch,
  batchSize: number,
  { k1, k2 }: Required<Truncate>,
  stateful: boolean,
): Promise<void> {
  const { T, B, config, loss } = one;
  const { hiddenSize: H, layers } = config;
  const none = { data: new Float32Array(T * B).fill(1), shape: [T, B] };
  const flat = (values: ArrayLike<number> | undefined) => values && tensor(Float32Array.from(values), [T, B]);
  let kept: Tensor | undefined;
  for (let first = 0; first < B; first += batchSize) {
    const count = Math.min(batchSize, B - first);
    const given = initialState && cut(initialState, 0, layers, first, count);
    const begin = stateful && kept ? kept : given;
    let carried = begin;
    for (let from = 0; from < T; from += k1) {
      const end = Math.min(from + k1, T);
      const startOf = (from: number) => (k2! >= Math.min(from + k1, T) ? 0 : from + k1 - k2!);
      const start = startOf(from);
      const part = (t: Tensor, to = end) => cut(t, start, to, first, count);
      const steps = (to: number) => {
        const [mask, resets] = [flat(taken.mask), flat(taken.resets)];
        const lengths = taken.lengths && Array.from({ length: count }, (_, b) => taken.lengths![first + b]!);
        return {
          ...(mask && { mask: part(mask, to).data }),
          ...(resets && { resets: part(resets, to).data }),
          ...(lengths && { lengths: lengths.map((n) => Math.min(to, Math.max(start, n)) - start) }),
        };
      };
      const state = start > 0 ? carried : begin;
      const next = end < T ? startOf(end) : T;
      const from0 = state && { initialState: state };
      const after =
        next > start
          ? gru.forward(part(x, next), { ...from0, ...steps(next) }).finalState
          : { data: new Float32Array(layers * count * H), shape: [layers, count, H] };
      const counted = part(weights ?? none);
      counted.data.fill(0, 0, (from - start) * count);
      const data = { x: part(x), y: part(y), weights: counted, ...steps(end) } as TrainingData;
      await gru.fit(data, { epochs: 1, optimizer, loss, ...from0 });
      if (next > 0 && config.cell !== "memoryless") carried = after;
    }
    kept = carried;
  }
}

interface Stored {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}
const stored = ({ shape, data }: Stored) => tensor(Float32Array.from(data), shape);

test.each(goldens)(
  "$name: losses and parameters are those of PyTorch with the state detached after each window",
  async (golden) => {
    const config = { inputSize: 2, hiddenSize: 4, outputSize: 1, cell: "reset-after", layers: 2 } as const;
    const parameters = Object.entries(golden.parameters).map(([name, t]): [string, Tensor] => [name, stored(t)]);
    const gru = await Gru.fromStateDict(config, Object.fromEntries(parameters), "pytorch");
    const { k1, batchSize, stateful, epochs, learningRate, momentum } = golden;
    const losses: number[] = [];
    await gru.fit(
      { x: stored(golden.x), y: stored(golden.y) },
      {
        epochs,
        batchSize,
        stateful,
        truncate: { k1 },
        optimizer: sgd({ learningRate, momentum }),
        onBatch: ({ loss }) => losses.push(loss),
      },
    );
    expect(losses.length).toBe(golden.losses.length);
    for (const [i, loss] of losses.entries()) expect(loss / golden.losses[i]!).toBeCloseTo(1, 5);
    const after = gru.stateDict("pytorch");
    for (const [name, { data }] of Object.entries(golden.parametersAfter)) {
      const most = Math.max(...data.map(Math.abs));
      for (const [i, v] of data.entries()) expect(Math.abs(after[name]!.data[i]! - v)).toBeLessThan(1e-5 * most);
    }
  },
);

/** Other candidates may overflow within 24 steps. */
const forward = { direction: "forward", outputs: "all", candidateActivation: "tanh" } as const;
const T = { T: fc.integer({ min: 1, max: 24 }) };

test(
  "each update has the bits of the same update written by hand",
  () =>
    fc.assert(
      fc.asyncProperty(
        cases({ ...forward, dropout: 0, recurrentDropout: 0 }, T),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 0, max: 9 }),
        fc.integer({ min: 1, max: 3 }),
        fc.boolean(),
        async (one, k1, more, groups, asked) => {
          const memory = one.config.cell !== "memoryless";
          const stateful = asked && memory && !one.started;
          const truncate = { k1, k2: k1 + more };
          const batchSize = stateful ? one.B / (one.B % groups === 0 ? groups : 1) : Math.ceil(one.B / groups);
          const batch = batchOf(one);
          const { x, y, weights, initialState, taken } = batch;
          const [gru, other] = [await networkOf(one), await networkOf(one)];
          const data = { x, y, ...(weights && { weights }), ...taken };
          const options: FitOptions = { epochs: 1, batchSize, optimizer, loss: one.loss, truncate, stateful };
          await gru.fit(data, { ...options, ...(initialState && { initialState }) });
          await byHand(other, one, batch, batchSize, truncate, stateful);
          expect(weightsOf(gru)).toEqual(weightsOf(other));
          gru.dispose();
          other.dispose();
        },
      ),
      { numRuns: 150 },
    ),
  120_000,
);

test("k1 of all steps has the bits of full back-propagation, with dropout, too", () =>
  fc.assert(
    fc.asyncProperty(cases(forward, T), fc.nat({ max: 5 }), fc.nat({ max: 5 }), async (one, more1, more2) => {
      const { x, y, weights, initialState, taken } = batchOf(one);
      const data = { x, y, ...(weights && { weights }), ...taken };
      const options = { epochs: 2, optimizer, batchSize: 5, shuffle: true, ...(initialState && { initialState }) };
      const [gru, full] = [await networkOf(one), await networkOf(one)];
      const k1 = one.T + more1;
      await gru.fit(data, { ...options, loss: one.loss, truncate: { k1, k2: k1 + more2 } });
      await full.fit(data, { ...options, loss: one.loss });
      expect(weightsOf(gru)).toEqual(weightsOf(full));
    }),
    { numRuns: 40 },
  ));

const config = { inputSize: 1, hiddenSize: 5, outputSize: 1, cell: "reset-after", layers: 2, seed: 3 } as const;
const data = { x: randomTensor([50, 12, 1], 1), y: randomTensor([50, 12, 1], 2) };

test("gradient checkpointing within a window changes no bit", async () => {
  const options: FitOptions = { epochs: 2, batchSize: 6, truncate: { k1: 20, k2: 45 } };
  const [gru, other] = [await randomNetwork(config), await randomNetwork(config)];
  await gru.fit(data, options);
  await other.fit(data, { ...options, gradientCheckpointing: true });
  expect(weightsOf(other)).toEqual(weightsOf(gru));
});

test.each<[string, Partial<FitOptions>]>([
  ["windows that overlap", { truncate: { k1: 7, k2: 15 } }],
  ["windows, stateful", { truncate: { k1: 9 }, stateful: true, batchSize: 4 }],
  ["stateful", { stateful: true, batchSize: 3 }],
  ["accumulated", { truncate: { k1: 8 }, accumulate: 3, batchSize: 6 }],
])("%s: training resumes from any checkpoint with the same bits", async (_, more) => {
  const dropping = { ...config, dropout: 0.2, recurrentDropout: 0.2 };
  const options: FitOptions = { epochs: 2, optimizer: sgd({ learningRate: 0.05, momentum: 0.5 }), ...more };
  const gru = await randomNetwork(dropping);
  const checkpoints: Uint8Array[] = [];
  const { loss } = await gru.fit(data, { ...options, onBatch: () => checkpoints.push(gru.checkpoint()) });
  expect(checkpoints.length).toBeGreaterThan(3);
  for (const resume of checkpoints) {
    const other = await Gru.create(dropping);
    expect((await other.fit(data, { ...options, resume })).loss).toEqual(loss);
    expect(weightsOf(other)).toEqual(weightsOf(gru));
  }
});

test("all windows of a sample share its dropout masks", async () => {
  const dropping = { ...config, dropout: 0.4, recurrentDropout: 0.4 };
  const still = { epochs: 1, optimizer: sgd({ learningRate: 1e-30 }) }; // moves nothing
  const gru = await randomNetwork(dropping);
  const whole = await gru.fit(data, still);
  const windows = await gru.fit(data, { ...still, truncate: { k1: 10, k2: 20 } });
  expect(windows.loss[0]).toBeCloseTo(whole.loss[0]!, 6);
});

test("a checkpoint taken at any time holds the states before the next batch", async () => {
  const options: FitOptions = { epochs: 2, batchSize: 4, stateful: true, truncate: { k1: 10 }, optimizer };
  for (const turns of [1, 2, 3, 4, 5, 6]) {
    const gru = await randomNetwork(config);
    const checkpoints: Uint8Array[] = [];
    const later = async () => {
      for (let i = 0; i < turns; i++) await null; // tasks that run between those of training
      checkpoints.push(gru.checkpoint());
    };
    await gru.fit(data, { ...options, onBatch: () => void later() });
    for (const resume of checkpoints.slice(0, 12)) {
      const other = await Gru.create(config);
      await other.fit(data, { ...options, resume });
      expect(weightsOf(other)).toEqual(weightsOf(gru));
    }
  }
});

test("listeners do not affect the gradient norm if the weights of the last batches are 0", async () => {
  const weights = tensor(new Float32Array(50 * 12).fill(1, 0, 20 * 12), [50, 12]);
  const norms = async (more: Partial<FitOptions>) => {
    const seen: number[] = [];
    const onEpoch: FitOptions["onEpoch"] = ({ gradientNorm }) => seen.push(gradientNorm);
    const gru = await randomNetwork(config);
    await gru.fit({ ...data, weights }, { epochs: 3, truncate: { k1: 10 }, ...more, onEpoch });
    return seen;
  };
  const seen = await norms({});
  expect(Math.min(...seen)).toBeGreaterThan(0);
  expect(seen).toEqual(await norms({ onBatch: () => {} }));
});

test("a batch whose weights are all 0 is skipped", async () => {
  const weights = tensor(new Float32Array(50 * 12).fill(1, 20 * 12), [50, 12]);
  const options: FitOptions = {
    epochs: 1,
    optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }),
    truncate: { k1: 10 },
  };
  const seen: number[] = [];
  const gru = await randomNetwork(config);
  const { loss } = await gru.fit({ ...data, weights }, { ...options, onBatch: ({ batch }) => seen.push(batch) });
  expect(seen).toEqual([2, 3, 4]);
  // the same as from the state after the first twenty steps
  const other = await randomNetwork(config);
  const { finalState } = other.forward(cut(data.x, 0, 20, 0, 12));
  const rest = { x: cut(data.x, 20, 50, 0, 12), y: cut(data.y, 20, 50, 0, 12) };
  expect((await other.fit(rest, { ...options, initialState: finalState })).loss).toEqual(loss);
  expect(weightsOf(other)).toEqual(weightsOf(gru));
});

test("invalid options throw", async () => {
  const rejects = async (options: object, message: RegExp, more: object = {}) => {
    const gru = await Gru.create({ ...config, ...more });
    const y = "outputs" in more ? randomTensor([12, 1], 2) : data.y;
    await expect(gru.fit({ x: data.x, y }, { epochs: 1, ...options } as FitOptions)).rejects.toThrow(message);
  };
  await rejects({ truncate: { k1: 0 } }, /truncate.k1: expected an integer from 1 to/);
  await rejects({ truncate: { k1: 5, k2: 4 } }, /truncate.k2: expected an integer from 5 to .*, got 4/);
  await rejects({ truncate: { k: 5 } }, /truncate: expected k1, k2, got "k"/);
  await rejects({ truncate: { k1: 5 } }, /truncate: .* direction "forward", got "reverse"/, {
    direction: "reverse",
  });
  await rejects({ truncate: { k1: 5 } }, /truncate: .* outputs "all", got "last"/, { outputs: "last" });
  await rejects({ stateful: true }, /stateful: .* direction "forward", got "bidirectional"/, {
    direction: "bidirectional",
  });
  await rejects({ stateful: true }, /initial state: expected none, because a memoryless/, { cell: "memoryless" });
  await rejects({ stateful: true, shuffle: true }, /stateful: expected shuffle: false, got true/);
  await rejects({ stateful: true, batchSize: 5 }, /stateful: .* equal size, got 12 samples in batches of 5/);
  const initialState = randomTensor([2, 12, 5], 1);
  await rejects({ stateful: true, initialState }, /stateful: expected no initialState/);
});

test("types are exact", () => {
  expectTypeOf<NonNullable<FitOptions["truncate"]>>().toEqualTypeOf<Truncate>();
  expectTypeOf<Truncate>().toEqualTypeOf<{ readonly k1: number; readonly k2?: number | undefined }>();
  expectTypeOf<FitOptions["stateful"]>().toEqualTypeOf<boolean | undefined>();
});
