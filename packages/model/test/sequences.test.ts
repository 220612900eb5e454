import { expect, test } from "vitest";
import { Gru, type SampleRows, type SampleTensors, sgd, type TrainingData, tensor } from "../src/index.js";
import { randomTensor } from "./random-network.js";

const config = { inputSize: 1, hiddenSize: 3, outputSize: 1, cell: "reset-after" } as const;
const x = randomTensor([3, 2, 1], 1);
const y = randomTensor([3, 2, 1], 2);
const rows = (data: Float32Array) => ({ data, starts: Uint32Array.of(0, 1), stride: 2, size: 1 });

/** The same samples by offset. */
const byOffset = (data: Float32Array = y.data): SampleRows => ({
  count: 2,
  steps: 3,
  x: rows(x.data),
  y: rows(data),
});

/** The targets with another value at the last step of the first sample. */
function withTarget(value: number): Float32Array {
  const data = y.data.slice();
  data[4] = value;
  return data;
}

const mask = [1, 1, 1, 1, 0, 1];
const weights = tensor([1, 2, 3, 4, 0, 5], [3, 2]);

test.each<[string, Omit<SampleTensors, "x" | "y">]>([
  ["lengths", { lengths: [2, 3] }],
  ["mask", { mask }],
  ["a mask of booleans", { mask: mask.map(Boolean) }],
  [
    "a nested mask",
    {
      mask: [
        [true, true],
        [true, true],
        [false, true],
      ],
    },
  ],
  ["resets", { mask, resets: [0, 0, 1, 0, 0, 0] }],
  ["weights", { weights }],
  ["weights and lengths", { weights, lengths: [2, 3] }],
])("samples by offset have the same loss as tensors, with %s", async (_, options) => {
  const gru = await Gru.create(config);
  const loss = gru.evaluate({ x, y, ...options });
  expect(gru.evaluate({ ...byOffset(), ...options })).toBe(loss);
  expect(gru.evaluate({ ...byOffset(withTarget(Number.NaN)), ...options })).toBe(loss);
  expect(gru.evaluate({ x, y: tensor(withTarget(1e6), [3, 2, 1]), ...options })).toBe(loss);
  const fitted = async (data: TrainingData) => {
    const other = await Gru.create(config);
    const { loss } = await other.fit(data, { epochs: 3, batchSize: 1, shuffle: true });
    return loss;
  };
  const bad = tensor(withTarget(Number.NaN), [3, 2, 1]);
  expect(await fitted({ ...byOffset(), ...options })).toEqual(await fitted({ x, y: bad, ...options }));
});

test("weights by offset have the same loss as weights in a tensor", async () => {
  const gru = await Gru.create(config);
  const loss = gru.evaluate({ x, y, weights });
  expect(gru.evaluate({ ...byOffset(), weights: rows(weights.data) })).toBe(loss);
});

test("numbers outside all samples may be NaN, those inside may not", async () => {
  const gru = await Gru.create(config);
  const padded = (data: Float32Array) => ({
    ...rows(Float32Array.of(Number.NaN, ...data, Number.NaN)),
    starts: Uint32Array.of(1, 2),
  });
  const data = { count: 2, steps: 3, x: padded(x.data), y: padded(y.data) };
  expect(gru.evaluate(data)).toBe(gru.evaluate({ x, y }));
  const { loss } = await gru.fit(data, { epochs: 1 });
  expect(loss[0]).toBeGreaterThan(0);
  expect(() =>
    gru.evaluate({ ...data, steps: 4, x: { ...data.x, stride: 1 }, y: { ...data.y, stride: 2 } }),
  ).toThrow();
  data.x.data[3] = Number.NaN;
  expect(() => gru.evaluate(data)).toThrow(/x: expected finite numbers, got NaN at element 3/);
});

test("validation data in which no target counts throw", async () => {
  const gru = await Gru.create(config);
  const none = /validation: expected a target that counts/;
  const nothing = { x, y, weights: tensor(new Float32Array(6), [3, 2]) };
  await expect(gru.fit({ x, y }, { epochs: 1, validation: nothing })).rejects.toThrow(none);
  await expect(gru.fit({ x, y, lengths: [3, 0] }, { epochs: 1, validationSplit: 1 })).rejects.toThrow(none);
  const validation = { ...byOffset(), mask: new Uint8Array(6) };
  await expect(gru.fit({ x, y }, { epochs: 1, validation })).rejects.toThrow(
    /validation: expected a target that counts/,
  );
  const last = await Gru.create({ ...config, outputs: "last" });
  const sample = { x, y: tensor([1, 1], [2, 1]) };
  const weightless = { ...sample, weights: tensor([0, 0], [2]) };
  await expect(last.fit(sample, { epochs: 1, validation: weightless })).rejects.toThrow(none);
});

test("nested arrays, plain arrays and doubles have the bits of a tensor of the same numbers", async () => {
  const gru = await Gru.create(config);
  const nested = (t: typeof x) => [0, 1, 2].map((step) => [0, 1].map((b) => [t.data[2 * step + b]!]));
  const { output } = gru.forward(x);
  expect(gru.predict(nested(x))).toEqual(output);
  expect(gru.predict({ data: Float64Array.from(x.data), shape: [3, 2, 1] })).toEqual(output);
  expect(gru.predict(tensor([...x.data], [3, 2, 1]))).toEqual(output);
  expect(gru.predict(tensor(nested(x)))).toEqual(output);
  expect(gru.stream().steps([[1], [2]]).shape).toEqual([2, 1]);
  expect(gru.backward(nested(x), nested(y))).toEqual(gru.backward(x, y));
  expect(gru.evaluate({ x: nested(x), y: nested(y) })).toBe(gru.evaluate({ x, y }));
  const last = gru.forward(x, {
    initialState: [
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
    ],
  });
  expect(last).toEqual(gru.forward(x, { initialState: tensor([1, 2, 3, 4, 5, 6], [1, 2, 3]) }));
  for (const { weights: fitWeights } of [
    { weights },
    {
      weights: [
        [1, 2],
        [3, 4],
        [0, 5],
      ],
    },
  ])
    expect(gru.evaluate({ x, y, weights: fitWeights })).toBe(gru.evaluate({ x, y, weights }));
});

test("options that are undefined count as not given", async () => {
  const gru = await Gru.create(config);
  const none = { lengths: undefined, mask: undefined, resets: undefined };
  expect(gru.forward(x, { ...none, initialState: undefined, padding: undefined })).toEqual(gru.forward(x));
  const weightless = { x, y, ...none, weights: undefined };
  expect(gru.evaluate(weightless, { loss: undefined })).toBe(gru.evaluate({ x, y }));
  const options = { optimizer: sgd({ momentum: undefined }), clip: undefined, regularize: { kernel: undefined } };
  const { loss } = await gru.fit(weightless, { epochs: 1, shuffle: undefined, ...options });
  expect(loss).toHaveLength(1);
});

test.each<[string, unknown, RegExp]>([
  ["too short a mask", { ...byOffset(), mask: [1] }, /mask: expected 3 × 2 elements, got 1/],
  ["flags", { ...byOffset(), flags: new Uint8Array(6) }, /data: expected .*mask, resets, got "flags"/],
  ["an unknown key by offset", { ...byOffset(), length: [1, 1] }, /data: expected .*, got "length"/],
  ["an unknown key of rows", { ...byOffset(), x: { ...rows(x.data), strides: 1 } }, /x: expected .* got "strides"/],
  ["rows of doubles", { ...byOffset(), x: rows(Float64Array.from(x.data) as never) }, /x.data: .* got Float64Array/],
  [
    "a start below 0",
    { ...byOffset(), x: { ...rows(x.data), starts: [-1, 0] } },
    /x: expected sample 0 to end within 6 elements, got an end at 4/,
  ],
  [
    "a length past the last step",
    { ...byOffset(), lengths: Uint32Array.of(1e6, 3) },
    /lengths\[0\]: expected an integer from 0 to 3, got 1000000/,
  ],
  [
    "weights that do not reach",
    {
      ...byOffset(),
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
  [
    "a nested mask with the samples first",
    {
      x,
      y,
      mask: [
        [1, 1, 1],
        [1, 1, 1],
      ],
    },
    /mask: expected shape \[3, 2\]/,
  ],
  ["a mask of words", { x, y, mask: ["a", "b", "c", "d", "e", "f"] }, /mask: .* got a/],
  ["a misspelled option", { x, y, length: [1, 1] }, /data: expected .*, got "length"/],
  ["nothing", undefined, /data: expected an object with x, y, .*, got undefined/],
  ["a tensor", x, /data: expected \{ x, y \}, got a tensor/],
  ["nested arrays", [[[1]]], /data: expected an object .*, got Array/],
  ["a flat array", { x: [1, 2, 3], y }, /x: expected shape \[any, any, 1\], got \[3\]/],
  [
    "doubles without a shape",
    { x: Float64Array.of(1), y },
    /x: expected a tensor .*, got Float64Array; write tensor/,
  ],
  ["rows of different lengths", { x: [[[1], [2]], [[3]]], y }, /x: expected nested arrays of the same lengths/],
  ["words", { x: [[["a"]]], y }, /x: expected numbers, got string/],
  ["targets with the samples first", { x, y: tensor(y.data, [2, 3, 1]) }, /y: expected shape \[3, 2, 1\].*timeMajor/],
  [
    "lengths of samples first",
    { x: tensor(x.data, [2, 3, 1]), y: tensor(y.data, [2, 3, 1]), lengths: [3, 3] },
    /lengths: expected 3, got 2; .*timeMajor/,
  ],
])("invalid data throw: %s", async (_, data, message) => {
  const gru = await Gru.create(config);
  expect(() => gru.evaluate(data as TrainingData)).toThrow(message);
  await expect(gru.fit(data as TrainingData, { epochs: 1 })).rejects.toThrow(message);
});
