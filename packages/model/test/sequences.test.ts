import { ACTIVE, CARRIED } from "@sluice/kernel-wasm";
import { expect, test } from "vitest";
import { Gru, type Sequences, type TrainingData, tensor } from "../src/index.js";
import { randomTensor } from "./random-network.js";

const config = { inputSize: 1, hiddenSize: 3, outputSize: 1, cell: "reset-after", init: "uniform-scaled" } as const;
const x = randomTensor([3, 2, 1], 1);
const y = randomTensor([3, 2, 1], 2);

/** The same samples by offset: the first has two steps, the second three. */
function byOffset(target: number): Sequences {
  const rows = (data: Float32Array) => ({ data, starts: Uint32Array.of(0, 1), stride: 2, size: 1 });
  const targets = y.data.slice();
  targets[4] = target; // past the first sample's end
  const taken = ACTIVE | CARRIED;
  const flags = Uint8Array.of(taken, taken, CARRIED, taken, taken, taken);
  return { count: 2, steps: 3, x: rows(x.data), y: rows(targets), flags, lengths: Uint32Array.of(2, 3) };
}

test("masked steps of samples by offset do not contribute to the loss", async () => {
  const gru = await Gru.create(config);
  const loss = gru.evaluate({ x, y, lengths: [2, 3] });
  expect(gru.evaluate(byOffset(1e6))).toBe(loss);
  expect(gru.evaluate(byOffset(Number.NaN))).toBe(loss);
});

test.each<[string, TrainingData, RegExp]>([
  ["too few flags", { ...byOffset(0), flags: Uint8Array.of(1) }, /flags: expected 2 × 3 bytes, got 1/],
  [
    "a length past the last step",
    { ...byOffset(0), lengths: Uint32Array.of(1e6, 3) },
    /lengths\[0\]: expected an integer from 0 to 3, got 1000000/,
  ],
  [
    "weights that do not reach",
    {
      ...byOffset(0),
      weights: { data: new Float32Array(1), starts: new Uint32Array(2), stride: 1e6, size: 1 },
    },
    /weights: expected sample 0 to end within 1 elements/,
  ],
  [
    "a weight below 0",
    { x, y, weights: tensor(new Float32Array(6).fill(-1), [3, 2]) },
    /weights: .* got -1 at element 0/,
  ],
  ["lengths and a mask", { x, y, lengths: [1, 1], mask: new Uint8Array(6) }, /expected one of them, got both/],
  ["a mask of another size", { x, y, mask: [1] }, /mask: expected 3 × 2 elements, got 1/],
  ["a mask of booleans", { x, y, mask: [true, false, true, true, true, true] as never }, /mask: .* got true/],
  ["a misspelled option", { x, y, length: [1, 1] } as never, /expected lengths, mask, resets, got "length"/],
])("invalid data throw: %s", async (_, data, message) => {
  const gru = await Gru.create(config);
  expect(() => gru.evaluate(data)).toThrow(message);
});
