/** HDF5 files in the layout of Keras 2 (goldens/keras2.json, written by scripts/make-keras2.py). */
import { expect, test } from "vitest";
import { ModelFileError } from "../src/index.js";
import { type KerasOptions, readKeras } from "../src/keras.js";
import { expectOutputs, fromGzip } from "./golden.js";
import golden from "./goldens/keras2.json" with { type: "json" };

const find = (name: string) => golden.cases.find((c) => c.name === name)!;
const bytesOf = (name: string) => fromGzip(find(name).h5);
const base = { inputSize: 3, hiddenSize: 4, outputSize: 2, cell: "reset-after" } as const;

test.for(golden.cases)("$name: computes the outputs of the layers", async ({ h5, options, ...figures }) => {
  const imported = readKeras(fromGzip(h5), options as KerasOptions);
  expect(imported.warnings).toEqual([]);
  expect(imported.order).toBe("BTI");
  await expectOutputs(imported, figures);
});

test("the config contains the settings of the file", () => {
  const config = (name: string) => readKeras(bytesOf(name), find(name).options as KerasOptions).config;
  expect(config("a whole model")).toEqual(base);
  expect(config("reset_after false, hard_sigmoid and relu")).toEqual({
    ...base,
    cell: "reset-before",
    gateActivation: "hard-sigmoid-0.2",
    candidateActivation: "relu",
  });
  expect(config("two bidirectional layers")).toEqual({ ...base, layers: 2, direction: "bidirectional" });
  expect(config("the last step")).toEqual({ ...base, outputs: "last" });
  expect(config("names of Keras 2.2")).toEqual({ ...base, cell: "reset-before" });
  expect(config("weights of two layers")).toEqual({ ...base, layers: 2 });
});

/** The file with another text of the same length wherever one occurs. */
function replaced(name: string, from: string, to: string): Uint8Array {
  const bytes = bytesOf(name);
  const codes = [...from].map((letter) => letter.charCodeAt(0));
  let count = 0;
  for (let at = 0; at + codes.length <= bytes.length; at++) {
    if (!codes.every((code, i) => bytes[at + i] === code)) continue;
    bytes.set(
      [...to].map((letter) => letter.charCodeAt(0)),
      at,
    );
    count++;
  }
  expect(count).toBeGreaterThan(0);
  return bytes;
}

test("hard_sigmoid is that of the version in the file", () => {
  const bytes = replaced("reset_after false, hard_sigmoid and relu", "2.15.0", "3.15.0");
  expect(readKeras(bytes).config.gateActivation).toBe("hard-sigmoid");
});

/** Version 1 has four more bytes at 24 than version 0, so that the root group's header at 96 must move: to the end. */
test("reads a superblock of version 1", () => {
  const bytes = bytesOf("a whole model");
  const header = bytes.subarray(96, 96 + 16 + new DataView(bytes.buffer).getUint32(96 + 8, true));
  const end = Math.ceil(bytes.length / 8) * 8;
  const other = new Uint8Array(end + header.length);
  other.set(bytes);
  other.set(bytes.subarray(24, 96), 28);
  other.fill(0, 24, 28);
  other[8] = 1;
  other.set(header, end);
  const view = new DataView(other.buffer);
  view.setBigUint64(44, BigInt(other.length), true);
  view.setBigUint64(60 + 8, BigInt(end), true);
  expect(readKeras(other)).toEqual(readKeras(bytes));
});

test.each([
  ["an LSTM", replaced("a whole model", '"GRU"', '"LST"'), /layers among GRU, .*, got LST gru/],
  [
    "a weight of another kind",
    replaced("weights of two layers", "recurrent_kernel:0", "recurrent_weight:0"),
    /a GRU, Bidirectional or Dense layer, got a weight/,
  ],
  ["a missing array", replaced("weights of two layers", "gru_cell_1\0", "gru_cell_2\0"), /an array .*, got none/],
  [
    "a model without its JSON",
    replaced("a whole model", "model_config\0", "modal_config\0"),
    /model_config, or weights alone/,
  ],
  [
    "JSON that does not parse",
    replaced("a whole model", '"class_name"', '"class_name '),
    /model_config: expected JSON/,
  ],
  ["a nonlinear head", replaced("a whole model", '"linear"', '"relu"  '), /a linear head, got relu/],
  ["a truncated file", bytesOf("a whole model").slice(0, -100), /is the file complete/],
])("throws for %s", (_, bytes, message) => {
  expect(() => readKeras(bytes)).toThrow(ModelFileError);
  expect(() => readKeras(bytes)).toThrow(message);
});
