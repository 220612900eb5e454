/**
 * Training yields to other tasks within a batch and within the evaluation of validation data, and using the network there changes no result.
 *
 * These tests fail for each of these mutations: no yield between pieces of the forward pass, or of the backward pass; no check of the signal
 * after a yield; evaluation in one piece; a piece of inputs, dropout, losses or the backward pass that does not start where the one before ended.
 */
import { expect, test } from "vitest";
import { resolveConfig } from "../src/config/config.js";
import { type FitOptions, Gru, type GruConfig, sgd, tensor } from "../src/index.js";
import { checkGradients } from "../src/inspect.js";
import { Network } from "../src/network/network.js";
import { place } from "../src/network/placement.js";
import { meanLoss } from "../src/passes/training-pass.js";
import { trainingWorkspace, type Workspace, workspace } from "../src/passes/workspace.js";
import { toSequences } from "../src/tensors/sequences.js";
import { bits, randomTensor } from "./random-network.js";

const config: GruConfig = {
  inputSize: 1,
  hiddenSize: 48,
  outputSize: 1,
  cell: "reset-after",
  layers: 2,
  init: "uniform-scaled",
};
/** A single batch that takes tenths of a second. */
const [T, B] = [900, 40];
const data = { x: randomTensor([T, B, 1], 1), y: randomTensor([T, B, 1], 2) };
const optimizer = sgd({ learningRate: 0.01 });
const weightsOf = (gru: Gru) => bits(gru.stateDict("pytorch")["gru.weight_hh_l1"]!.data);

/** Calls `task` repeatedly until `stop`. */
function meanwhile(task: () => void): { stop(): void } {
  let timer: ReturnType<typeof setTimeout>;
  const turn = () => {
    timer = setTimeout(turn);
    task();
  };
  timer = setTimeout(turn);
  return { stop: () => clearTimeout(timer) };
}

test("the network can be used during a batch", async () => {
  const [gru, alone] = [await Gru.create(config), await Gru.create(config)];
  const x = randomTensor([5, 3, 1], 3);
  const before = bits(gru.forward(x).output.data);
  const untouched = weightsOf(gru);
  const batches: number[] = [];
  const options: FitOptions = { epochs: 1, optimizer, onBatch: ({ batch }) => batches.push(batch) };
  let turns = 0;
  const checkpoints: Uint8Array[] = [];
  const stream = gru.stream();
  const other = meanwhile(() => {
    if (batches.length > 0) return;
    turns++;
    expect(bits(gru.forward(x).output.data)).toEqual(before);
    stream.step([0.5]);
    gru.backward(x, randomTensor([5, 3, 1], 4));
    if (turns === 2) checkpoints.push(gru.checkpoint());
    expect(weightsOf(gru)).toEqual(untouched);
  });
  const { loss } = await gru.fit(data, options);
  other.stop();
  expect(turns).toBeGreaterThan(3);
  expect((await alone.fit(data, { epochs: 1, optimizer })).loss).toEqual(loss);
  expect(weightsOf(alone)).toEqual(weightsOf(gru));
  // a checkpoint taken within a batch resumes at its start
  const resumed = await Gru.create(config);
  await resumed.fit(data, { epochs: 1, optimizer, resume: checkpoints[0]! });
  expect(weightsOf(resumed)).toEqual(weightsOf(gru));
});

test("checkGradients within a batch does not change its result", async () => {
  const [gru, alone] = [await Gru.create(config), await Gru.create(config)];
  let checks = 0;
  const other = meanwhile(() => {
    if (checks < 3) checkGradients(gru, randomTensor([3, 1, 1], 3), randomTensor([3, 1, 1], 4), { samples: 1 });
    checks++;
  });
  const { loss } = await gru.fit(data, { epochs: 1, optimizer });
  other.stop();
  expect(checks).toBeGreaterThan(1);
  expect(loss).toEqual((await alone.fit(data, { epochs: 1, optimizer })).loss);
  expect(weightsOf(gru)).toEqual(weightsOf(alone));
});

test.each([1, 2])("an abort or dispose() stops training within a batch, on %i threads", async (threads) => {
  for (const end of ["signal", "dispose"] as const) {
    const gru = await Gru.create(config);
    const stop = new AbortController();
    const onBatch = () => expect.unreachable("the batch went on to its end");
    const run = gru.fit(data, { epochs: 1, optimizer, signal: stop.signal, onBatch, threads });
    const reason = new Error("enough");
    setTimeout(() => (end === "signal" ? stop.abort(reason) : gru.dispose()), 5);
    await expect(run).rejects.toThrow(end === "signal" ? "enough" : "was disposed during training");
  }
});

test("evaluation of validation data yields to other tasks", async () => {
  const gru = await Gru.create(config);
  const short = { x: randomTensor([2, 1, 1], 1), y: randomTensor([2, 1, 1], 2) };
  let [trained, turns] = [false, 0];
  const other = meanwhile(() => {
    if (trained) turns++;
  });
  const done = gru.fit(short, { epochs: 1, optimizer, validation: data, onBatch: () => (trained = true) });
  const { validationLoss } = await done;
  other.stop();
  expect(turns).toBeGreaterThan(1);
  expect(validationLoss[0]!.loss).toBe(gru.evaluate(data));
});

test("a pass yields in proportion to its work, backward twice as often as forward", async () => {
  const shape = resolveConfig(config);
  const network = await Network.create(shape);
  const placed = place(network, toSequences(data, shape, 1));
  const size = { rows: B, steps: T, segment: T };
  const yields = (work: Workspace) => [...meanLoss(network, work, placed, { first: 0, count: B })].length;
  const forward = yields(workspace(network, size));
  const operations = 6 * 48 * (48 + 1 + 48 + 48) * T * B;
  expect(forward).toBeGreaterThan(operations / 60e6);
  expect(forward).toBeLessThan(operations / 30e6);
  expect(yields(trainingWorkspace(network, size)) / forward).toBeCloseTo(3, 0);
});

test("splitting every part of a pass into pieces changes no bit", async () => {
  const wide: GruConfig = { ...config, inputSize: 16, hiddenSize: 32, outputSize: 8, dropout: 0.1 };
  const [steps, rows] = [4000, 32];
  const long = { x: randomTensor([steps, rows, 16], 1), y: randomTensor([steps, rows, 8], 2) };
  const [whole, short] = [await Gru.create(wide), await Gru.create(wide)];
  const clip = { kind: "global-norm", maxNorm: 1 } as const;
  const { loss } = await whole.fit(long, { epochs: 1, optimizer, clip });
  expect((await short.fit(long, { epochs: 1, optimizer, clip, gradientCheckpointing: true })).loss).toEqual(loss);
  expect(weightsOf(whole)).toEqual(weightsOf(short));
});

test("a long sequence of one row is split into pieces, too", async () => {
  const gru = await Gru.create({ ...config, layers: 1 });
  let turns = 0;
  const other = meanwhile(() => turns++);
  const steps = 12_000;
  const series = tensor(randomTensor([steps], 5).data, [steps, 1, 1]);
  await gru.fit({ x: series, y: series }, { epochs: 1, optimizer, gradientCheckpointing: true });
  other.stop();
  expect(turns).toBeGreaterThan(3);
});
