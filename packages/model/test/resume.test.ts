/**
 * A run that was stopped at any point and resumed ends with the bytes of an uninterrupted run: parameters, moments, history, states of
 * schedule and early stopping.
 *
 * These tests fail for each of these mutations: accumulated gradients not written, or not restored; a moment, the state of the plateau
 * schedule or of early stopping, the best weights or the number of updates not restored; the best weights written instead of the last.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  adam,
  adamw,
  CheckpointMismatchError,
  type Clip,
  constantRate,
  cosineDecay,
  type EarlyStopping,
  exponentialDecay,
  type FitOptions,
  Gru,
  type GruConfig,
  oneCycle,
  type Resume,
  reduceOnPlateau,
  rmsprop,
  type Schedule,
  sgd,
  stepDecay,
  type TrainingData,
  warmUp,
} from "../src/index.js";
import { bits, randomTensor } from "./random-network.js";

const config: GruConfig = { inputSize: 1, hiddenSize: 3, outputSize: 1, cell: "reset-after", seed: 5 };
const data = { x: randomTensor([4, 13, 1], 1), y: randomTensor([4, 13, 1], 2) };
const EPOCHS = 5;

/** A signal that aborts at its n-th check; there is one before each batch. */
function stopAt(n: number): AbortSignal {
  let looks = 0;
  const throwIfAborted = () => {
    if (looks++ === n) throw new Error("stop");
  };
  return { throwIfAborted } as unknown as AbortSignal;
}

/** The result of a run: the weights, and a checkpoint with everything else. */
async function outcome(gru: Gru, options: FitOptions) {
  const history = await gru.fit(data, options);
  return {
    history,
    checkpoint: [...gru.checkpoint()],
    weights: bits(gru.stateDict("pytorch")["gru.weight_hh_l0"]!.data),
  };
}

async function compare(options: FitOptions, stop: number, again: number): Promise<void> {
  const whole = await outcome(await Gru.create(config), options);
  let resume: Uint8Array | undefined;
  for (const n of [stop, again]) {
    const gru = await Gru.create(config);
    const run = gru.fit(data, { ...options, ...(resume && { resume }), signal: stopAt(n) });
    await run.catch((error: Error) => expect(error.message).toBe("stop")); // or it ended before
    resume = gru.checkpoint();
  }
  const used = await Gru.create(config);
  await used.fit(data, { epochs: 1, optimizer: adam({ learningRate: 1 }) }); // leaves nothing behind
  expect(await outcome(used, { ...options, resume: resume! })).toEqual(whole);
}

const learningRate = 0.05;
const optimizers = [
  sgd({ learningRate }),
  sgd({ learningRate, momentum: 0.9, nesterov: true, weightDecay: 0.01 }),
  adam({ learningRate }),
  adamw({ learningRate, betas: [0.8, 0.9] }),
  rmsprop({ learningRate, momentum: 0.5 }),
];
const schedules: Schedule[] = [
  constantRate(),
  stepDecay({ every: 2 }),
  exponentialDecay({ factor: 0.8 }),
  cosineDecay({ epochs: EPOCHS }),
  reduceOnPlateau({ patience: 0, threshold: 0.3 }),
  oneCycle({ updates: 15 }),
  warmUp({ updates: 7, schedule: reduceOnPlateau({ patience: 1, threshold: 0.3, cooldown: 1 }) }),
];
const clips: (Clip | null)[] = [null, { kind: "global-norm", maxNorm: 0.1 }, { kind: "per-parameter", alpha: 1e-3 }];
const stopping: (EarlyStopping | null)[] = [
  null,
  { patience: 1, minDelta: 0.05 },
  { patience: 2, minDelta: 0.01, restoreBest: false },
];

test("a resumed run has the bits of an uninterrupted one, for all options and at any point", async () => {
  const options = fc.record({
    optimizer: fc.constantFrom(...optimizers),
    schedule: fc.constantFrom(...schedules),
    accumulate: fc.constantFrom(1, 2, 3),
    batchSize: fc.constantFrom(3, 5, 13),
    shuffle: fc.boolean(),
    clip: fc.constantFrom(...clips),
    earlyStopping: fc.constantFrom(...stopping),
    validationSplit: fc.constantFrom(null, 0.2, 3),
    regularize: fc.constantFrom(null, { recurrent: { l2: 0.01 } }),
    validationEvery: fc.constantFrom(1, 2),
  });
  const stop = fc.nat({ max: 24 });
  await fc.assert(
    fc.asyncProperty(options, stop, stop, (record, first, second) => {
      const given = Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null));
      return compare({ epochs: EPOCHS, ...given }, first, second);
    }),
    { numRuns: 150 },
  );
}, 60_000);

test.each([1, 2, 4, 7])("a run stopped before batch %i resumes, with three batches per update", (stop) => {
  const best = { earlyStopping: { patience: 5 }, validationSplit: 1 };
  return compare({ epochs: 3, batchSize: 2, accumulate: 3, optimizer: adam({ learningRate }), ...best }, stop, 1);
});

test("a completed run can resume with more epochs", async () => {
  const options = {
    batchSize: 4,
    optimizer: adam({ learningRate: 0.3 }),
    earlyStopping: { patience: 20, minDelta: 0.2 },
  };
  const whole = await outcome(await Gru.create(config), { ...options, epochs: 12 });
  const gru = await Gru.create(config);
  const { best } = await gru.fit(data, { ...options, epochs: 7 });
  expect(best!.epoch).toBeLessThan(6); // so that the best weights are not the last
  expect(await outcome(await Gru.create(config), { ...options, epochs: 12, resume: gru.checkpoint() })).toEqual(
    whole,
  );
});

test("a checkpoint of other options throws with the differences", async () => {
  const gru = await Gru.create(config);
  const options: FitOptions = { epochs: 1, batchSize: 4, optimizer: adam({ learningRate }) };
  await gru.fit(data, options);
  const resume = gru.checkpoint();
  const before = bits(gru.stateDict("pytorch")["gru.weight_hh_l0"]!.data);
  const mismatch = async (other: Partial<FitOptions>, message: RegExp) => {
    const error = await gru.fit(data, { ...options, ...other, resume }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(CheckpointMismatchError);
    expect((error as Error).message).toMatch(message);
  };
  await mismatch(
    { optimizer: adam({ learningRate: 0.1 }) },
    /training with optimizer.learningRate 0.05, got 0.1\. Use/,
  );
  await mismatch({ optimizer: sgd({ learningRate }) }, /optimizer.kind "adam", got "sgd"; optimizer.betas/);
  await mismatch(
    { schedule: stepDecay({ every: 2 }) },
    /schedule.kind "constant", got "step"; schedule.every undefined, got 2/,
  );
  await mismatch({ accumulate: 2 }, /training with accumulate 1, got 2\./);
  await mismatch({ shuffle: true }, /training with shuffle false, got true\./);
  await mismatch({ clip: { kind: "value", maxValue: 1 } }, /clip null, got {"kind":"value","maxValue":1}/);
  await mismatch(
    { earlyStopping: { patience: 3 } },
    /earlyStopping null, got {"patience":3,"minDelta":0,"restoreBest":true}/,
  );
  await mismatch(
    { validationSplit: 1 },
    /samples 13, got 12; validation null, got {"samples":1,"every":1,"dataHash":"\w{16}"}/,
  );
  await mismatch({ regularize: { bias: { l1: 1 } } }, /regularize null, got {"bias":{"l1":1}}/);
  const other = await Gru.create({ ...config, hiddenSize: 4, cell: "reset-before" });
  await expect(other.fit(data, { ...options, resume })).rejects.toThrow(
    /a network with hiddenSize 3, got 4; cell "reset-after", got "reset-before"\./,
  );
  await expect(gru.fit(data, { ...options, resume: gru.save() })).rejects.toThrow(
    /expected a Sluice checkpoint of version 4, got another file/,
  );
  expect(bits(gru.stateDict("pytorch")["gru.weight_hh_l0"]!.data)).toEqual(before);
  await gru.fit(data, { ...options, epochs: 2, threads: 2, gradientCheckpointing: true, resume }); // these change no bit
});

const changing: FitOptions = { epochs: 4, batchSize: 3, shuffle: true, optimizer: adam({ learningRate: 0.05 }) };

/** A checkpoint after four epochs. */
async function stopped(options: FitOptions = changing): Promise<Uint8Array> {
  const gru = await Gru.create(config);
  await gru.fit(data, options);
  return gru.checkpoint();
}

async function resumed(options: FitOptions, on: TrainingData = data) {
  const gru = await Gru.create(config);
  const history = await gru.fit(on, { ...options, epochs: 6 });
  return { history, checkpoint: gru.checkpoint() };
}

test("a resumed run can change its learning rate and keeps the moments", async () => {
  const checkpoint = await stopped();
  const { history } = await resumed({ ...changing, resume: { checkpoint, change: { learningRate: 1e-3 } } });
  expect(history.learningRate).toEqual([0.05, 0.05, 0.05, 0.05, 1e-3, 1e-3]);
  const same = await resumed({ ...changing, resume: { checkpoint, change: { learningRate: 0.05 } } });
  expect(same.history).toEqual((await resumed({ ...changing, resume: checkpoint })).history);
  const lower = { ...changing, optimizer: adam({ learningRate: 1e-3 }) };
  await expect(resumed({ ...lower, resume: checkpoint })).rejects.toThrow(
    /optimizer\.learningRate 0\.05, got 0\.001/,
  );
});

test("a changed run resumes from its own checkpoint with the changed options", async () => {
  const changed: FitOptions = {
    ...changing,
    optimizer: adam({ learningRate: 1e-3 }),
    clip: { kind: "value", maxValue: 1 },
  };
  const change = { learningRate: 1e-3, clip: changed.clip } as const;
  const first = await resumed({ ...changing, resume: { checkpoint: await stopped(), change } });
  const gru = await Gru.create(config);
  const { loss } = await gru.fit(data, { ...changed, epochs: 8, resume: first.checkpoint });
  expect(loss).toHaveLength(8);
  expect(loss.slice(0, 6)).toEqual(first.history.loss);
});

test.each<[string, FitOptions, NonNullable<Resume["change"]>, Partial<FitOptions>]>([
  ["a schedule", changing, { schedule: stepDecay({ every: 5, factor: 0.5 }) }, {}],
  ["a plateau schedule", changing, { schedule: reduceOnPlateau({ patience: 1 }) }, {}],
  ["no schedule", { ...changing, schedule: reduceOnPlateau() }, { schedule: null }, {}],
  ["no clipping", { ...changing, clip: { kind: "value", maxValue: 0.1 } }, { clip: null }, {}],
  ["early stopping", changing, { earlyStopping: { patience: 9 } }, {}],
  ["another patience", { ...changing, earlyStopping: { patience: 1 } }, { earlyStopping: { patience: 9 } }, {}],
  ["no early stopping", { ...changing, earlyStopping: { patience: 1 } }, { earlyStopping: null }, {}],
  [
    "early stopping that restores",
    { ...changing, earlyStopping: { patience: 9, restoreBest: false } },
    { earlyStopping: { patience: 9 } },
    {},
  ],
  ["validation data", { ...changing, earlyStopping: { patience: 3 } }, { validation: data }, {}],
  ["fewer validations", { ...changing, validation: data }, { validationEvery: 2 }, {}],
  ["no validation data", { ...changing, validation: data, earlyStopping: { patience: 9 } }, { validation: null }, {}],
  ["a worker, too", changing, { schedule: stepDecay({ every: 5, factor: 0.5 }) }, { worker: true }],
])("a resumed run can change to %s", async (_, before, change, where) => {
  const checkpoint = await stopped(before);
  const { history } = await resumed({ ...before, ...where, resume: { checkpoint, change } });
  expect(history.loss).toHaveLength(6);
  const removed = Object.fromEntries(Object.entries(change).map(([name, value]) => [name, value ?? undefined]));
  const options = { ...before, ...removed } as FitOptions;
  await expect(resumed({ ...options, resume: checkpoint })).rejects.toThrow(/of another run/);
});

test("other data of the same shape throw, unless they are allowed", async () => {
  const checkpoint = await stopped();
  const swapped = { ...data, x: { ...data.x, data: data.x.data.map((v, i) => (i < 2 ? -v : v)) } };
  await expect(resumed({ ...changing, resume: checkpoint }, swapped)).rejects.toThrow(/dataHash/);
  const { history } = await resumed({ ...changing, resume: { checkpoint, change: { data: true } } }, swapped);
  expect(history.loss).toHaveLength(6);
  const validated = { ...changing, validation: data };
  const other = await stopped(validated);
  await expect(resumed({ ...validated, validation: swapped, resume: other })).rejects.toThrow(/validation\.dataHash/);
});

test.each<[string, unknown, RegExp]>([
  [
    "an unknown change",
    { checkpoint: new Uint8Array(8), change: { batchSize: 1 } },
    /resume\.change: .*got "batchSize"/,
  ],
  ["no checkpoint", { change: {} }, /expected the bytes of a file, a Uint8Array, got undefined/],
  ["true", true, /resume: expected an object with checkpoint, change, got boolean/],
])("an invalid resume throws: %s", async (_, resume, message) => {
  await expect(resumed({ ...changing, resume: resume as Resume })).rejects.toThrow(message);
});
