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
  reduceOnPlateau,
  rmsprop,
  type Schedule,
  sgd,
  stepDecay,
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
  await mismatch({ validationSplit: 1 }, /samples 13, got 12; validation null, got {"samples":1,"every":1}/);
  await mismatch({ regularize: { bias: { l1: 1 } } }, /regularize null, got {"bias":{"l1":1}}/);
  const other = await Gru.create({ ...config, hiddenSize: 4, cell: "reset-before" });
  await expect(other.fit(data, { ...options, resume })).rejects.toThrow(
    /a network with hiddenSize 3, got 4; cell "reset-after", got "reset-before"\./,
  );
  await expect(gru.fit(data, { ...options, resume: gru.save() })).rejects.toThrow(
    /expected a Sluice checkpoint of version 3, got another file/,
  );
  expect(bits(gru.stateDict("pytorch")["gru.weight_hh_l0"]!.data)).toEqual(before);
  await gru.fit(data, { ...options, epochs: 2, threads: 2, gradientCheckpointing: true, resume }); // these change no bit
});
