/**
 * These tests fail for each of these mutations:
 *
 * | mutation | failing tests |
 * |---|---|
 * | weights of samples or steps ignored | masked values; padding; new dropout masks |
 * | padded inputs not set to zero; mask ignored, in the forward or the backward pass | padding with NaN |
 * | lengths ignored by the reverse direction | padding with NaN |
 * | resets ignored | a reset has the bits of two sequences |
 * | hidden bias skipped at the first step; state zeroed at each step | states carried; a stream |
 * | padding "zero" ignored | padded outputs |
 * | states not carried between segments; dropout depends on a step's position in its segment | gradient checkpointing |
 * | biases trained with bias: false | resumed training |
 * | lengths, flags, weights or their sums of a shuffled batch not reordered | the order of samples |
 * | recurrent dropout on z⊙h | recurrent dropout uses one mask |
 * | dropout without scaling | dropout rate; recurrent dropout |
 * | the same dropout mask at each step, or in each update | new dropout masks for steps and updates |
 * | dropout depends on a sample's position in its shard | new dropout masks for samples |
 * | the upper half of the seed ignored | equal seeds |
 * | dropout in the forward pass | no dropout in evaluation |
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type BatchEvent,
  defaultConvention,
  type FitOptions,
  Gru,
  type GruConfig,
  sgd,
  type Tensor,
  tensor,
} from "../src/index.js";
import type { StepOptions } from "../src/tensors/step-flags.js";
import { type Batch, batchOf, type Case, cases, networkOf, tracksOf } from "./random-case.js";
import { bits, randomNetwork, randomTensor } from "./random-network.js";

const RUNS = { numRuns: 40 };

/** Runs a check on every case and disposes of the networks. */
const everyCase = (of: fc.Arbitrary<Case>, check: (one: Case, gru: Gru) => void | Promise<void>) =>
  fc.assert(
    fc.asyncProperty(of, async (one) => {
      const gru = await networkOf(one);
      await check(one, gru);
      gru.dispose();
    }),
    RUNS,
  );

/** Elements of a row-major (R,B,S) tensor: rows [from, to), column b or all. */
function cut({ data, shape }: Tensor, from: number, to: number, b?: number): Tensor {
  const [, B, S] = shape as [number, number, number];
  const [first, width] = b === undefined ? [0, B] : [b, 1];
  const part = new Float32Array((to - from) * width * S);
  for (let r = from; r < to; r++) {
    part.set(data.subarray((r * B + first) * S, (r * B + first + width) * S), (r - from) * width * S);
  }
  return tensor(part, [to - from, width, S]);
}

/** The same for numbers (T,B). */
const cutFlags = (flags: ArrayLike<number>, B: number, from: number, to: number, b?: number) =>
  cut(tensor(Float32Array.from(flags), [flags.length / B, B, 1]), from, to, b).data;

/** Steps [from, to) of sample b, or of all samples. */
function stepsOf(
  { lengths, mask, resets }: StepOptions,
  B: number,
  from: number,
  to: number,
  b?: number,
): StepOptions {
  const within = Array.from(lengths ?? [], (n) => Math.min(Math.max(n - from, 0), to - from));
  return {
    ...(lengths && { lengths: b === undefined ? within : [within[b]!] }),
    ...(mask && { mask: cutFlags(mask, B, from, to, b) }),
    ...(resets && { resets: cutFlags(resets, B, from, to, b) }),
  };
}

/** The first `steps` steps of sample b. */
function sampleOf({ config, B }: Case, batch: Batch, b: number, steps: number): Batch {
  const last = config.outputs === "last";
  const of = ({ data, shape }: Tensor): Tensor => {
    const size = shape.slice(last ? 1 : 2).reduce((a, n) => a * n, 1);
    if (last) return tensor(data.slice(b * size, (b + 1) * size), [1, ...shape.slice(1)]);
    const part = cut(tensor(data, [shape[0]!, B, size]), 0, steps, b);
    return tensor(part.data, [steps, 1, ...shape.slice(2)]);
  };
  return {
    x: cut(batch.x, 0, steps, b),
    y: of(batch.y),
    ...(batch.weights && { weights: of(batch.weights) }),
    ...(batch.initialState && { initialState: cut(batch.initialState, 0, tracksOf(config), b) }),
    taken: stepsOf(batch.taken, B, 0, steps, b),
  };
}

const forwardOf = (gru: Gru, { x, initialState, taken }: Batch, padding: "hold" | "zero" = "hold") =>
  gru.forward(x, { ...taken, padding, ...(initialState && { initialState }) });

const backwardOf = (gru: Gru, { loss }: Case, { x, y, taken, ...more }: Batch) =>
  gru.backward(x, y, { ...taken, ...more, loss });

const dictBits = (dict: Readonly<Record<string, Tensor>>) =>
  Object.fromEntries(Object.entries(dict).map(([name, { data }]) => [name, bits(data)]));

const backwardBits = (gru: Gru, one: Case, batch: Batch) => {
  const { loss, gradients } = backwardOf(gru, one, batch);
  return { loss, gradients: dictBits(gradients) };
};

const forwardBits = ({ output, hidden, finalState }: ReturnType<Gru["forward"]>) =>
  [output, hidden, finalState].map(({ data }) => bits(data));

/** Lengths of at least one step. */
const nonEmpty = (batch: Batch): Batch => ({
  ...batch,
  taken: { ...batch.taken, lengths: Array.from(batch.taken.lengths!, (n) => Math.max(1, n)) },
});

const someLengths = (of: fc.Arbitrary<Case>) =>
  of.map((one): Case => ({ ...one, steps: one.steps.endsWith("resets") ? "lengths and resets" : "lengths" }));

test("a batch of B has the bits of B batches of one, in every cell, direction and kind of steps", () =>
  everyCase(cases(), (one, gru) => {
    const batch = batchOf(one);
    const all = forwardOf(gru, batch);
    const rows = one.config.outputs === "last" ? 1 : one.T;
    const of = ({ data, shape }: Tensor, b: number) =>
      bits(cut(tensor(data, [rows, one.B, shape.at(-1)!]), 0, rows, b).data);
    for (let b = 0; b < one.B; b++) {
      const single = forwardOf(gru, sampleOf(one, batch, b, one.T));
      expect(bits(single.output.data)).toEqual(of(all.output, b));
      expect(bits(single.hidden.data)).toEqual(of(all.hidden, b));
      expect(bits(single.finalState.data)).toEqual(bits(cut(all.finalState, 0, tracksOf(one.config), b).data));
    }
  }));

test("predict has the bits of forward, also for more steps than are in kernel memory at once", () =>
  everyCase(fc.oneof(cases(), cases({}, { T: fc.integer({ min: 64, max: 140 }) })), (one, gru) => {
    const batch = batchOf(one);
    for (const padding of ["hold", "zero"] as const) {
      const { x, initialState, taken } = batch;
      const prediction = gru.predict(x, { ...taken, padding, ...(initialState && { initialState }) });
      const { output } = forwardOf(gru, batch, padding);
      expect(prediction.shape).toEqual(output.shape);
      expect(bits(prediction.data)).toEqual(bits(output.data));
    }
  }));

test("a stream through several layers has the bits of the forward pass", () =>
  everyCase(cases({ direction: "forward", outputs: "all" }), (one, gru) => {
    const { x, initialState } = batchOf(one);
    const { output, finalState } = gru.forward(x, initialState && { initialState });
    for (let b = 0; b < Math.min(one.B, 3); b++) {
      const stream = gru.stream(initialState && { state: cut(initialState, 0, one.config.layers, b).data });
      for (let t = 0; t < one.T; t++) {
        expect(bits(stream.step(cut(x, t, t + 1, b).data))).toEqual(bits(cut(output, t, t + 1, b).data));
      }
      expect(bits(stream.state)).toEqual(bits(cut(finalState, 0, one.config.layers, b).data));
    }
  }));

test("forward passes with carried states have the bits of one pass", () =>
  everyCase(cases({ direction: "forward", outputs: "all" }), (one, gru) => {
    const batch = batchOf(one);
    const { x, taken, initialState } = batch;
    const whole = forwardOf(gru, batch);
    const at = one.config.seed % (one.T + 1);
    const first = gru.forward(cut(x, 0, at), {
      ...stepsOf(taken, one.B, 0, at),
      ...(initialState && { initialState }),
    });
    const rest = gru.forward(cut(x, at, one.T), {
      ...stepsOf(taken, one.B, at, one.T),
      ...(one.config.cell !== "memoryless" && { initialState: first.finalState }),
    });
    const joined = (a: Tensor, b: Tensor) => [...bits(a.data), ...bits(b.data)];
    expect(joined(first.output, rest.output).length).toBe(whole.output.data.length);
    // a memoryless cell takes no initial state, and has none to keep if its first step is masked
    if (one.config.cell === "memoryless" && one.steps !== "whole") return;
    expect(joined(first.output, rest.output)).toEqual(bits(whole.output.data));
    if (at < one.T) expect(bits(rest.finalState.data)).toEqual(bits(whole.finalState.data));
  }));

test("padding with NaN changes no bit of a sample's outputs, states, loss and gradients", () =>
  everyCase(someLengths(cases()), (one, gru) => {
    const batch = nonEmpty(batchOf(one));
    const { config, T, B } = one;
    const rows = (n: number) => (config.outputs === "last" ? 1 : n);
    for (let b = 0; b < Math.min(B, 3); b++) {
      const length = batch.taken.lengths![b]!;
      const padded = sampleOf(one, batch, b, T);
      padded.x.data.fill(Number.NaN, length * config.inputSize);
      if (config.outputs === "all") padded.y.data.fill(Number.NaN, (length * padded.y.data.length) / T);
      const { taken, ...short } = sampleOf(one, batch, b, length);
      const unpadded = { ...short, taken: taken.resets ? { resets: taken.resets } : {} };

      const [long, plain] = [forwardOf(gru, padded), forwardOf(gru, unpadded)];
      for (const name of ["output", "hidden"] as const) {
        const width = plain[name].data.length / rows(length);
        expect(bits(long[name].data.slice(0, rows(length) * width))).toEqual(bits(plain[name].data));
      }
      expect(bits(long.finalState.data)).toEqual(bits(plain.finalState.data));
      expect(backwardBits(gru, one, padded)).toEqual(backwardBits(gru, one, unpadded));
    }
  }));

test("masked values change no bit of a batch", () =>
  everyCase(cases(), (one, gru) => {
    const batch = batchOf(one);
    const { T, B, config } = one;
    const { mask, lengths } = batch.taken;
    const taken = (i: number) => mask?.[i] !== 0 && (!lengths || Math.floor(i / B) < lengths[i % B]!);
    const spoiled = ({ data, shape }: Tensor, value: number): Tensor => ({
      data: data.map((v, i) => (taken(Math.floor(i / (data.length / (T * B)))) ? v : value)),
      shape,
    });
    const other: Batch = {
      ...batch,
      x: spoiled(batch.x, Number.NaN),
      ...(config.outputs === "all" && {
        y: spoiled(batch.y, Number.POSITIVE_INFINITY),
        ...(batch.weights && { weights: spoiled(batch.weights, 1e30) }),
      }),
    };
    expect(forwardBits(forwardOf(gru, other))).toEqual(forwardBits(forwardOf(gru, batch)));
    expect(backwardBits(gru, one, other)).toEqual(backwardBits(gru, one, batch));
  }));

test("a sample of length 0 keeps its initial state", () =>
  everyCase(someLengths(cases()), (one, gru) => {
    const { config, B } = one;
    const batch = batchOf(one);
    const lengths = Array.from(batch.taken.lengths!, (n, b) => (b % 2 === 0 ? 0 : n));
    const { finalState } = forwardOf(gru, { ...batch, taken: { ...batch.taken, lengths } });
    const dict = gru.stateDict(defaultConvention(config.cell));
    const tracks = tracksOf(config);
    for (let b = 0; b < B; b += 2) {
      const before = batch.initialState
        ? cut(batch.initialState, 0, tracks, b).data
        : (dict["initial_state"]?.data ?? new Float32Array(tracks * config.hiddenSize));
      expect(bits(cut(finalState, 0, tracks, b).data)).toEqual(bits(before));
    }
  }));

test("a mask of ones, full lengths and no resets have the bits of a batch without these options", () =>
  everyCase(
    cases().map((one) => ({ ...one, steps: "whole" as const })),
    (one, gru) => {
      const { T, B } = one;
      const batch = batchOf(one);
      const plain = [forwardBits(forwardOf(gru, batch)), backwardBits(gru, one, batch)];
      for (const taken of [
        { mask: new Uint8Array(T * B).fill(1) },
        { lengths: new Uint32Array(B).fill(T) },
        { resets: new Uint8Array(T * B) },
      ]) {
        const same = { ...batch, taken };
        expect([forwardBits(forwardOf(gru, same)), backwardBits(gru, one, same)]).toEqual(plain);
      }
    },
  ));

test("a reset has the bits of two sequences, the second from zero", () =>
  everyCase(cases({ direction: "forward", outputs: "all" }), (one, gru) => {
    const { T, B, config } = one;
    const { x, initialState } = batchOf(one);
    const at = config.seed % T;
    const resets = new Uint8Array(T * B).fill(1, at * B, (at + 1) * B);
    const whole = gru.forward(x, { resets, ...(initialState && { initialState }) });
    const first = gru.forward(cut(x, 0, at), initialState && { initialState });
    const zero = tensor(new Float32Array(config.layers * B * config.hiddenSize), [
      config.layers,
      B,
      config.hiddenSize,
    ]);
    const second = gru.forward(cut(x, at, T), config.cell === "memoryless" ? {} : { initialState: zero });
    expect(bits(whole.output.data)).toEqual([...bits(first.output.data), ...bits(second.output.data)]);
    expect(bits(whole.finalState.data)).toEqual(bits(second.finalState.data));
  }));

test("a reset has the bits of two sequences in the reverse direction, the earlier one from zero", () =>
  everyCase(cases({ direction: "reverse", outputs: "all", layers: 1 }), (one, gru) => {
    const { T, B, config } = one;
    const { x, initialState } = batchOf(one);
    const at = config.seed % T;
    const resets = new Uint8Array(T * B).fill(1, at * B, (at + 1) * B);
    const whole = gru.forward(x, { resets, ...(initialState && { initialState }) });
    const later = gru.forward(cut(x, at + 1, T), initialState && { initialState });
    const zero = tensor(new Float32Array(B * config.hiddenSize), [1, B, config.hiddenSize]);
    const earlier = gru.forward(cut(x, 0, at + 1), config.cell === "memoryless" ? {} : { initialState: zero });
    expect(bits(whole.output.data)).toEqual([...bits(earlier.output.data), ...bits(later.output.data)]);
    expect(bits(whole.finalState.data)).toEqual(bits(earlier.finalState.data));
  }));

test("padded outputs are held or zero, and active steps have the same bits", () =>
  everyCase(cases({ direction: "forward", outputs: "all" }), (one, gru) => {
    const { T, B, config } = one;
    const batch = batchOf(one);
    const [held, zero] = [forwardOf(gru, batch, "hold"), forwardOf(gru, batch, "zero")];
    const { lengths, mask } = batch.taken;
    const learned = gru.stateDict(defaultConvention(config.cell))["initial_state"]?.data;
    const [H, top] = [config.hiddenSize, config.layers - 1];
    const before = (b: number) => {
      if (batch.initialState) return cut(batch.initialState, top, top + 1, b).data;
      return learned ? learned.slice(top * H, top * H + H) : new Float32Array(H);
    };
    for (let t = 0; t < T; t++) {
      for (let b = 0; b < B; b++) {
        const at = (x: Tensor, step = t) => bits(cut(x, step, step + 1, b).data);
        if (mask?.[t * B + b] !== 0 && (!lengths || t < lengths[b]!)) {
          expect(at(zero.output)).toEqual(at(held.output));
          expect(at(zero.hidden)).toEqual(at(held.hidden));
        } else {
          expect(at(held.hidden)).toEqual(t === 0 ? bits(before(b)) : at(held.hidden, t - 1));
          expect(new Set([...at(zero.hidden), ...at(zero.output)])).toEqual(new Set([0]));
        }
      }
    }
    expect(bits(zero.finalState.data)).toEqual(bits(held.finalState.data));
  }));

const small: FitOptions = {
  epochs: 2,
  shuffle: true,
  optimizer: sgd({ learningRate: 0.05, momentum: 0.5 }),
  clip: { kind: "value", maxValue: 0.1 },
};

/** Losses and the bits of the parameters after a few epochs. */
async function trained(one: Case, more: Partial<FitOptions> = {}, gru?: Gru) {
  const network = gru ?? (await networkOf(one));
  const { x, y, taken, weights, initialState } = batchOf(one);
  const { threads, ...history } = await network.fit(
    { x, y, ...taken, ...(weights && { weights }) },
    { ...small, batchSize: Math.ceil(one.B / 2), loss: one.loss, ...(initialState && { initialState }), ...more },
  );
  const parameters = dictBits(network.stateDict(defaultConvention(one.config.cell)));
  network.dispose();
  return { history, parameters, threads };
}

test("gradient checkpointing has the bits of stored activations: layers, masks and dropout included", () =>
  everyCase(cases({ direction: "forward" }, { T: fc.integer({ min: 17, max: 70 }) }), async (one) => {
    expect(await trained(one, { gradientCheckpointing: true })).toEqual(await trained(one));
  }));

test("the order of samples changes a loss only by the rounding of its sum, in one batch and in batches of one", () =>
  everyCase(cases({ dropout: 0, recurrentDropout: 0 }), async (one) => {
    const optimizer = sgd({ learningRate: 1e-30 });
    for (const batchSize of [one.B, 1]) {
      const lossOf = async (shuffle: boolean) =>
        (await trained(one, { shuffle, epochs: 1, batchSize, optimizer })).history.loss[0]!;
      const [drawn, own] = [await lossOf(true), await lossOf(false)];
      expect(Math.abs(drawn - own)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(own)));
    }
  }));

test("training resumed within an epoch has the bits of uninterrupted training", async () => {
  let stopped = 0;
  await everyCase(cases(), async (one, gru) => {
    const whole = await trained(one);
    const abort = new AbortController();
    const { x, y, taken, weights, initialState } = batchOf(one);
    const data = { x, y, ...taken, ...(weights && { weights }) };
    const options = {
      ...small,
      batchSize: Math.ceil(one.B / 2),
      loss: one.loss,
      ...(initialState && { initialState }),
    };
    // after the first batch of the second epoch, where it has two in which something counts
    const onBatch = ({ epoch, batch, batches }: BatchEvent) => {
      if (epoch === 1 && batch === 0 && batches === 2) abort.abort();
    };
    const fit = gru.fit(data, { ...options, signal: abort.signal, onBatch });
    if (!(await fit.catch(() => undefined))) stopped++;
    const resume = gru.checkpoint();
    const fresh = await Gru.create(one.config);
    expect(await trained(one, { resume }, fresh)).toEqual(whole);
  });
  expect(stopped).toBeGreaterThan(RUNS.numRuns / 2);
});

test.each(["forward", "reverse", "bidirectional"] as const)(
  "%s: two threads have the bits of one, with masks, weights and dropout",
  async (direction) => {
    for (const steps of ["lengths and resets", "mask"] as const) {
      const one: Case = {
        config: {
          cell: "reset-after",
          inputSize: 2,
          hiddenSize: 21,
          outputSize: 2,
          seed: 5,
          layers: 2,
          direction,
          bias: true,
          gateActivation: "sigmoid",
          candidateActivation: "tanh",
          outputs: "all",
          learnInitialState: true,
          dropout: 0.2,
          recurrentDropout: 0.1,
        },
        T: 20,
        B: 270,
        steps,
        loss: "huber",
        weighted: true,
        started: false,
      };
      const single = await trained(one, { threads: 1, batchSize: 170 });
      const { threads, ...shared } = await trained(one, { threads: 2, batchSize: 170 });
      expect(threads).toBe(2);
      expect({ ...shared, threads: 1 }).toEqual(single);
    }
  },
);

/**
 * A network whose states are easy to predict: z = 0 and r = 1 at every step, and a linear candidate, so that h' = x W + (r⊙h) U + b
 * for one-unit-to-one-unit weights.
 */
async function plain(config: Partial<GruConfig> & { seed: number }, z = -1e3) {
  const H = 16;
  const all: GruConfig = {
    inputSize: 1,
    hiddenSize: H,
    outputSize: 0,
    cell: "reset-before",
    gateActivation: "hard-sigmoid",
    candidateActivation: "linear",
    ...config,
  };
  const gru = await Gru.create(all);
  const dict = gru.stateDict("notebook");
  const layers = all.layers ?? 1;
  for (let l = 0; l < layers; l++) {
    const of = (name: string) => dict[l === 0 ? name : `${name}_l${l}`]!.data;
    for (const name of ["W_xr", "W_xz", "W_xh", "W_hr", "W_hz", "W_hh"]) of(name).fill(0);
    of("b_z").fill(z);
    of("b_r").fill(1e3);
    // the lowest of several layers outputs ones; the layers above copy them
    if (layers > 1 && l === 0) of("b_h").fill(1);
    const copies = l > 0 ? of("W_xh") : of("W_hh");
    if (l > 0 || layers === 1) for (let j = 0; j < H; j++) copies[j * H + j] = 1;
  }
  return Gru.fromStateDict(all, dict, "notebook");
}

/** The mean of |h| over steps, samples and units in training, from the loss before an update. */
async function meanState(gru: Gru, T: number, B: number, more: { weights?: Tensor } & Partial<FitOptions> = {}) {
  const { weights, ...options } = more;
  const zeros = (size: number) => tensor(new Float32Array(T * B * size), [T, B, size]);
  const data = { x: zeros(1), y: zeros(gru.config.hiddenSize), ...(weights && { weights }) };
  const { loss } = await gru.fit(data, { epochs: 1, loss: "mae", ...options });
  return loss[0]!;
}

test.each([0.1, 0.5, 0.8])(
  "dropout %f drops that fraction of the features between layers and scales the others",
  async (rate) => {
    const [T, B] = [20, 70];
    const share = (await meanState(await plain({ layers: 2, dropout: rate, seed: 3 }), T, B)) * (1 - rate);
    // five standard deviations of the fraction of n draws
    expect(Math.abs(share - (1 - rate))).toBeLessThan(5 * Math.sqrt((rate * (1 - rate)) / (T * B * 16)));
    expect(share).not.toBe(1 - rate);
  },
);

test("each sample has a new dropout mask, also in further shards", async () => {
  const kept = async (sample: number) => {
    const weights = tensor(
      Float32Array.from({ length: 70 }, (_, b) => Number(b === sample)),
      [1, 70],
    );
    return meanState(await plain({ layers: 2, dropout: 0.5, seed: 1 }), 1, 70, { weights });
  };
  const all = await Promise.all([0, 1, 2, 3, 32, 33, 34, 35, 64, 65, 66, 67].map(kept));
  const [first, second, third] = [all.slice(0, 4), all.slice(4, 8), all.slice(8)];
  expect(new Set(first).size).toBeGreaterThan(1);
  expect(second).not.toEqual(first);
  expect(third).not.toEqual(first);
  expect(third).not.toEqual(second);
});

test("each step and update has a new dropout mask, determined by the seed", async () => {
  const kept = async (seed: number, step: number) => {
    const weights = tensor(
      Float32Array.from({ length: 4 }, (_, t) => Number(t === step)),
      [4, 1],
    );
    const gru = await plain({ layers: 2, dropout: 0.5, seed });
    return meanState(gru, 4, 1, { weights });
  };
  const shares = async (seed: number) => [
    await kept(seed, 0),
    await kept(seed, 1),
    await kept(seed, 2),
    await kept(seed, 3),
  ];
  const [one, same, other] = [await shares(1), await shares(1), await shares(2)];
  expect(same).toEqual(one);
  expect(other).not.toEqual(one);
  expect(new Set([...one, ...other]).size).toBeGreaterThan(2);

  const gru = await plain({ layers: 2, dropout: 0.5, seed: 1 });
  const x = tensor(new Float32Array(4), [4, 1, 1]);
  const y = tensor(new Float32Array(64), [4, 1, 16]);
  const { loss } = await gru.fit({ x, y }, { epochs: 8, loss: "mae", optimizer: sgd({ learningRate: 1e-30 }) });
  expect(new Set(loss).size).toBeGreaterThan(3);
});

test("recurrent dropout uses one mask for all steps and does not act on z⊙h", async () => {
  const [B, H, rate] = [300, 16, 0.5];
  const initialState = tensor(new Float32Array(B * H).fill(1), [1, B, H]);
  const mean = async (T: number, z?: number) =>
    meanState(await plain({ recurrentDropout: rate, seed: 4 }, z), T, B, { initialState });
  const share = (await mean(1)) / 2;
  expect(Math.abs(share - 0.5)).toBeLessThan(5 * Math.sqrt(0.25 / (B * H)));
  // a unit that is not dropped doubles at every step: 2, 4, 8
  expect(await mean(3)).toBeCloseTo((share * 14) / 3, 6);
  expect(await mean(3, 1e3)).toBe(1);
});

test("equal seeds give equal runs with dropout, and different seeds different runs", async () => {
  const config: GruConfig = { inputSize: 2, hiddenSize: 5, outputSize: 1, cell: "reset-after", layers: 2, seed: 1 };
  const dropping: GruConfig = { ...config, dropout: 0.4, recurrentDropout: 0.3 };
  const data = { x: randomTensor([6, 20, 2], 1), y: randomTensor([6, 20, 1], 2) };
  const dict = (await randomNetwork(config)).stateDict("pytorch");
  const run = async (of: GruConfig) => (await Gru.fromStateDict(of, dict, "pytorch")).fit(data, { epochs: 3 });
  const one = await run(dropping);
  expect(await run(dropping)).toEqual(one);
  expect(await run({ ...dropping, seed: 2 })).not.toEqual(one);
  expect(await run({ ...dropping, seed: 2 ** 40 + 1 })).not.toEqual(one);
  expect(await run({ ...dropping, recurrentDropout: 0 })).not.toEqual(one);
  expect(await run({ ...dropping, dropout: 0 })).not.toEqual(one);
});

test("evaluation, the forward pass and streams have no dropout", () =>
  everyCase(cases({ dropout: 0.5, recurrentDropout: 0.5 }), async (one, gru) => {
    const batch = batchOf(one);
    const whole = { ...one, config: { ...one.config, dropout: 0, recurrentDropout: 0 } };
    const plain = await networkOf(whole);
    expect(forwardBits(forwardOf(gru, batch))).toEqual(forwardBits(forwardOf(plain, batch)));
    const { x, y, weights, taken } = batch;
    expect(backwardOf(gru, one, batch).loss).toBe(backwardOf(plain, one, batch).loss);
    const data = { x, y, ...taken, ...(weights && { weights }) };
    expect(gru.evaluate(data, { loss: one.loss })).toBe(plain.evaluate(data, { loss: one.loss }));
    if (one.config.direction === "forward") {
      expect(bits(gru.stream().step(cut(x, 0, 1, 0).data))).toEqual(bits(plain.stream().step(cut(x, 0, 1, 0).data)));
    }
    plain.dispose();
  }));
