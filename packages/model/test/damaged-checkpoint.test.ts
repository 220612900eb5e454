/** An invalid checkpoint throws a FormatError with the expected and the actual value, and leaves the network unchanged. */
import { expect, test } from "vitest";
import {
  type FitOptions,
  FormatError,
  Gru,
  type GruConfig,
  readSafetensors,
  type StoredTensor,
  sgd,
  writeSafetensors,
} from "../src/index.js";
import { bits, randomTensor } from "./random-network.js";

const config: GruConfig = { inputSize: 1, hiddenSize: 6, outputSize: 1, cell: "reset-after", seed: 3 };
const data = { x: randomTensor([12, 4, 1], 1), y: randomTensor([12, 4, 1], 2) };
const optimizer = sgd({ learningRate: 0.1 });
const carrying: FitOptions = { epochs: 2, batchSize: 2, stateful: true, truncate: { k1: 4 }, optimizer };
const accumulating: FitOptions = { epochs: 2, batchSize: 1, accumulate: 3, optimizer };
const stopping: FitOptions = { epochs: 2, batchSize: 1, earlyStopping: { patience: 3 }, optimizer };
const weightsOf = (gru: Gru) => Object.values(gru.stateDict("pytorch")).map((t) => bits(t.data));

type Tensors = Record<string, StoredTensor>;
type Progress = Record<string, unknown>;

/** A checkpoint taken after the second batch of the second epoch, modified. */
async function changed(options: FitOptions, edit: (tensors: Tensors, progress: Progress) => void) {
  const gru = await Gru.create(config);
  const checkpoints: Uint8Array[] = [];
  const onBatch: FitOptions["onBatch"] = ({ epoch, batch }) => {
    if (epoch === 1 && batch === 1) checkpoints.push(gru.checkpoint());
  };
  await gru.fit(data, { ...options, onBatch });
  const { tensors, metadata } = readSafetensors(checkpoints[0]!);
  const header = JSON.parse(metadata["sluice"]!) as { progress: Progress };
  const own = { ...tensors } as Tensors;
  edit(own, header.progress);
  return writeSafetensors({ tensors: own, metadata: { sluice: JSON.stringify(header) } });
}

const floats = (n: number, value = 0) => ({ shape: [n], data: new Float32Array(n).fill(value) });
const without = (prefix: string) => (tensors: Tensors) => {
  for (const name of Object.keys(tensors)) if (name.startsWith(prefix)) delete tensors[name];
};
const doubles = (n: number) => ({ shape: [n], data: new Float64Array(n) });

test.each<[string, FitOptions, (tensors: Tensors, progress: Progress) => void, RegExp]>([
  ["no carried states", carrying, (t) => delete t["carried_states"], /carried_states: expected 12 numbers, got none/],
  [
    "too few carried states",
    carrying,
    (t) => (t["carried_states"] = floats(3)),
    /carried_states: expected 12 numbers, got 3/,
  ],
  [
    "states of 64 bits",
    carrying,
    (t) => (t["carried_states"] = doubles(12)),
    /carried_states: expected dtype F32, got F64/,
  ],
  [
    "infinite states",
    carrying,
    (t) => (t["carried_states"] = floats(12, Infinity)),
    /carried_states: expected finite/,
  ],
  [
    "carried states of a run without",
    accumulating,
    (t) => (t["carried_states"] = floats(9)),
    /expected 0 numbers, got 9/,
  ],
  [
    "a batch beyond the epoch",
    carrying,
    (_, p) => (p["batch"] = 999),
    /batch: expected an integer from 0 to 6, got 9/,
  ],
  [
    "more batches with a loss than batches",
    carrying,
    (_, p) => (p["counted"] = 9),
    /counted: expected .* from 0 to 2, got 9/,
  ],
  [
    "more accumulated batches than an update has",
    accumulating,
    (_, p) => (p["waiting"] = 3),
    /waiting: expected .* to 2, got 3/,
  ],
  [
    "waiting where each batch updates",
    carrying,
    (_, p) => (p["waiting"] = 1),
    /waiting: expected .* from 0 to 0, got 1/,
  ],
  [
    "waiting without a gradient",
    accumulating,
    without("gradient."),
    /checkpoint gradient\.…: state dictionary: expected a tensor/,
  ],
  [
    "a gradient that nothing waits for",
    accumulating,
    (_, p) => (p["waiting"] = 0),
    /expected no tensors gradient\.…, got/,
  ],
  ["a string for a sum", carrying, (_, p) => (p["lossSum"] = "abc"), /lossSum: expected a number, got string/],
  ["null for a sum", carrying, (_, p) => (p["lossSum"] = null), /lossSum: expected a number, got object/],
  [
    "no state of early stopping",
    stopping,
    (_, p) => delete p["stopping"],
    /stopping: expected an object, got undefined/,
  ],
  [
    "half a state of stopping",
    stopping,
    (_, p) => (p["stopping"] = { best: 1 }),
    /stopping.epoch: expected a number/,
  ],
  ["no best weights", stopping, without("best."), /checkpoint best\.…: state dictionary: expected a tensor/],
  [
    "a plateau state without a plateau schedule",
    carrying,
    (_, p) => (p["plateau"] = {}),
    /plateau: expected null, got a state/,
  ],
  [
    "losses of more epochs",
    carrying,
    (t) => (t["history.loss"] = doubles(5)),
    /history.loss: length: expected .* got 5/,
  ],
  [
    "half a validation",
    carrying,
    (t) => (t["history.validation_loss"] = doubles(1)),
    /history.validation_loss: expected pairs, got 1 number/,
  ],
  ["an unknown tensor", carrying, (t) => (t["other"] = doubles(1)), /checkpoint: other: expected dtype F32, got F64/],
  ["another unknown tensor", carrying, (t) => (t["other"] = floats(1)), /other/],
  [
    "a moment that is not finite",
    carrying,
    (t) => (t["second_moment.head.bias"] = { shape: [1], data: Float32Array.of(Infinity) }),
    /checkpoint second_moment\.…: head\.bias: expected finite numbers/,
  ],
])("%s", async (_, options, edit, message) => {
  const resume = await changed(options, edit);
  const gru = await Gru.create(config);
  const before = weightsOf(gru);
  const error = await gru.fit(data, { ...options, resume }).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(FormatError);
  expect((error as Error).message).toMatch(message);
  expect(weightsOf(gru)).toEqual(before);
});

test.each([carrying, accumulating, stopping])("a valid checkpoint resumes", async (options) => {
  const resume = await changed(options, () => {});
  const [gru, whole] = [await Gru.create(config), await Gru.create(config)];
  const { loss } = await gru.fit(data, { ...options, resume });
  expect(loss).toEqual((await whole.fit(data, options)).loss);
});
