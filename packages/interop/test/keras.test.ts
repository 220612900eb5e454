/** Files saved by Keras 3 with the outputs of its models (goldens/keras.json, written by scripts/make-keras.py). */
import { Gru } from "@sluice/model";
import { unzipSync, zipSync } from "fflate";
import { expect, test } from "vitest";
import { ModelFileError } from "../src/index.js";
import { type KerasOptions, readKeras, writeKeras } from "../src/keras.js";
import { expectOutputs, fromGzip, type Plain, shapesOf } from "./golden.js";
import golden from "./goldens/keras.json" with { type: "json" };

interface Case {
  readonly name: string;
  readonly options: KerasOptions;
  readonly files: Readonly<Record<string, string>>;
  readonly x: Plain;
  readonly output: Plain;
}
const cases = golden.cases as readonly Case[];
const rejected = ["a dense layer of relu", "an LSTM", "compressed arrays, not by Keras"];
const files = cases.flatMap(({ name, files: own, ...rest }) =>
  Object.entries(own).map(([suffix, text]) => ({ name, suffix, bytes: fromGzip(text), ...rest })),
);
const find = (name: string, suffix = ".weights.h5") =>
  files.find((file) => file.name === name && file.suffix === suffix)!;
const base = { inputSize: 3, hiddenSize: 4, outputSize: 2, cell: "reset-after" } as const;

test.for(files.filter(({ name }) => !rejected.includes(name)))(
  "$name, $suffix: computes the outputs of Keras",
  async ({ suffix, bytes, options, ...figures }) => {
    const imported = readKeras(bytes, suffix === ".keras" ? {} : options);
    expect(imported.warnings).toEqual([]);
    await expectOutputs(imported, figures);
  },
);

test.each(cases.filter(({ files: own, name }) => Object.keys(own).length > 1 && !rejected.includes(name)))(
  "$name: all file formats give the same network",
  ({ name, options }) => {
    const read = files.filter((file) => file.name === name).map(({ bytes }) => readKeras(bytes, options));
    for (const other of read) expect(other).toEqual(read[0]);
  },
);

test("the config contains the settings of the file and of the options", () => {
  const config = (name: string) => readKeras(find(name).bytes, find(name).options).config;
  expect(config("reset_after")).toEqual(base);
  expect(config("reset_after false")).toEqual({ ...base, cell: "reset-before" });
  expect(config("use_bias false")).toEqual({ ...base, bias: false });
  expect(config("use_bias false, reset_after false")).toEqual({ ...base, cell: "reset-before", bias: false });
  expect(config("the last step")).toEqual({ ...base, outputs: "last" });
  expect(config("two layers")).toEqual({ ...base, layers: 2 });
  expect(config("hard_sigmoid and relu")).toEqual({
    ...base,
    gateActivation: "hard-sigmoid",
    candidateActivation: "relu",
  });
  const both = readKeras(find("two bidirectional layers").bytes);
  expect(both.config).toEqual({ ...base, layers: 2, direction: "bidirectional" });
  expect(shapesOf(both)).toMatchObject({
    "gru.kernel": "3×12",
    "gru.bias_l0_reverse": "2×12",
    "gru.kernel_l1": "8×12",
    "gru.recurrent_kernel_l1_reverse": "4×12",
    "head.kernel": "8×2",
  });
  const two = readKeras(find("reset_after").bytes, { recurrentActivation: "hard_sigmoid_keras_2" });
  expect(two.config).toEqual({ ...base, gateActivation: "hard-sigmoid-0.2" });
});

test.each(cases.filter(({ name }) => !rejected.includes(name)))(
  "$name: writing and reading an npz keeps all bits",
  ({ name, options }) => {
    const imported = readKeras(find(name).bytes, options);
    const bytes = writeKeras({ config: imported.config, stateDict: () => imported.tensors });
    expect(readKeras(bytes, options)).toEqual(imported);
    expect(writeKeras({ config: imported.config, stateDict: () => imported.tensors })).toEqual(bytes);
  },
);

test("reads the named arrays of an npz in any order", () => {
  const imported = readKeras(find("two bidirectional layers").bytes);
  const files = unzipSync(writeKeras({ config: imported.config, stateDict: () => imported.tensors }));
  const sorted = Object.fromEntries(Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)));
  expect(readKeras(zipSync(sorted, { mtime: "1980-06-01T12:00:00" }))).toEqual(imported);
});

test("throws for an array that is shorter than its shape", () => {
  const imported = readKeras(find("reset_after").bytes);
  const files = unzipSync(writeKeras({ config: imported.config, stateDict: () => imported.tensors }));
  const short = zipSync({ ...files, "gru.bias.npy": files["gru.bias.npy"]!.subarray(0, -4) });
  expect(() => readKeras(short)).toThrow(/gru.bias.npy: expected 96 bytes for \[2, 12\], got 92/);
});

test("throws for a functional model whose layers are not a chain", () => {
  const files = unzipSync(find("functional", ".keras").bytes);
  const text = new TextDecoder().decode(files["config.json"]);
  const dense = text.indexOf("TimeDistributed");
  const history = text.indexOf('"keras_history": ["gru', dense);
  expect(history).toBeGreaterThan(0);
  const other = text.slice(0, history) + text.slice(history).replace(/"gru[^"]*"/, '"input_layer"');
  const changed = zipSync({ ...files, "config.json": new TextEncoder().encode(other) });
  expect(() => readKeras(changed)).toThrow(/the output of gru\w* as its only input, got input_layer/);
});

test("throws for writing a cell that Keras does not have", async () => {
  const gru = await Gru.create({ ...base, cell: "memoryless" });
  expect(() => writeKeras(gru)).toThrow(/impossible/);
});

test.each([
  ["an LSTM's weights", find("an LSTM").bytes, {}, /expected/],
  ["an LSTM", find("an LSTM", ".keras").bytes, {}, /layers among GRU, .*, got LSTM/],
  ["an LSTM's arrays", find("an LSTM", ".npz").bytes, {}, /GRU layers, then at most one Dense layer/],
  ["a relu", find("a dense layer of relu", ".keras").bytes, {}, /a linear head, got relu/],
  [
    "resetAfter that contradicts the biases",
    find("reset_after").bytes,
    { resetAfter: false },
    /\(3H\) for reset_after false, got \[2, 12\]/,
  ],
  ["compressed arrays", find("compressed arrays, not by Keras").bytes, {}, /a contiguous array, .*, got chunks/],
  ["an empty file", new Uint8Array(0), {}, /a file of Keras/],
  ["text", new TextEncoder().encode("GRU"), {}, /bytes that begin with 71, 82, 85/],
] as const)("throws for %s", (_, bytes, options, message) => {
  expect(() => readKeras(bytes, options)).toThrow(ModelFileError);
  expect(() => readKeras(bytes, options)).toThrow(message);
});

test.each([
  [{ activation: "elu" as "tanh" }, RangeError, /activation: expected tanh, relu, linear, got elu/],
  [{ recurrentActivation: "relu" as "sigmoid" }, RangeError, /recurrentActivation: expected sigmoid, hard_sigmoid, /],
  [{ resetAfter: "yes" as unknown as true }, TypeError, /resetAfter: expected true or false, got string/],
  [{ reset_after: true } as object, RangeError, /readKeras: expected .*, got "reset_after"/],
])("throws for the options %j", (options, type, message) => {
  const { bytes } = find("reset_after");
  expect(() => readKeras(bytes, options)).toThrow(type);
  expect(() => readKeras(bytes, options)).toThrow(message);
});

test.each([
  ["return_sequences", 1, /return_sequences: expected true or false, got 1/],
  ["reset_after", "no", /reset_after: expected true or false, got no/],
])("throws for a %s of the wrong type in config.json", (key, value, message) => {
  const archive = unzipSync(find("reset_after", ".keras").bytes);
  const json = JSON.parse(new TextDecoder().decode(archive["config.json"]), (name, old) =>
    name === key ? value : old,
  );
  const changed = zipSync({ ...archive, "config.json": new TextEncoder().encode(JSON.stringify(json)) });
  expect(() => readKeras(changed)).toThrow(ModelFileError);
  expect(() => readKeras(changed)).toThrow(message);
});
