/** Models saved by TensorFlow.js with their outputs (goldens/tfjs.json, written by scripts/make-tfjs.mjs). */
import { Gru } from "@sluice/model";
import { expect, test } from "vitest";
import { ModelFileError, toGru } from "../src/index.js";
import { readTfjs, writeTfjs } from "../src/tfjs.js";
import { expectClose, expectOutputs, fromBase64, plainTensor, shapesOf } from "./golden.js";
import golden from "./goldens/tfjs.json" with { type: "json" };

type Files = Record<string, Uint8Array>;
const decode = (files: Readonly<Record<string, string>>): Files =>
  Object.fromEntries(Object.entries(files).map(([name, text]) => [name, fromBase64(text)]));
const filesOf = (name: string) => decode(golden.cases.find((c) => c.name === name)!.files);
const rejected = ["a dense layer of softmax", "an LSTM"];
const base = { inputSize: 3, hiddenSize: 4, outputSize: 2, cell: "reset-before" } as const;

test.for(golden.cases.filter(({ name }) => !rejected.includes(name)))(
  "$name: computes the outputs of TensorFlow.js",
  async ({ files, ...figures }) => {
    const imported = readTfjs(decode(files));
    expect(imported.warnings).toEqual([]);
    await expectOutputs(imported, figures);
  },
);

test("the config contains the settings of the layers", () => {
  const config = (name: string) => readTfjs(filesOf(name)).config;
  expect(config("sigmoid")).toEqual(base);
  expect(config("no head")).toEqual({ ...base, outputSize: 0 });
  expect(config("the defaults: hard sigmoid")).toEqual({ ...base, gateActivation: "hard-sigmoid-0.2" });
  expect(config("relu")).toEqual({ ...base, candidateActivation: "relu" });
  expect(config("useBias false")).toEqual({ ...base, bias: false });
  expect(config("goBackwards, the last step")).toEqual({ ...base, direction: "reverse", outputs: "last" });
  expect(config("two layers")).toEqual({ ...base, layers: 2 });
  const both = readTfjs(filesOf("bidirectional"));
  expect(both.config).toEqual({ ...base, direction: "bidirectional" });
  expect(shapesOf(both)).toEqual({
    "gru.kernel": "3×12",
    "gru.recurrent_kernel": "4×12",
    "gru.bias": "12",
    "gru.kernel_l0_reverse": "3×12",
    "gru.recurrent_kernel_l0_reverse": "4×12",
    "gru.bias_l0_reverse": "12",
    "head.kernel": "8×2",
    "head.bias": "2",
  });
});

test.each([
  "sigmoid",
  "no head",
  "two layers",
  "bidirectional",
  "useBias false",
  "the defaults: hard sigmoid",
  "the last step",
])("%s: writing and reading gives the same network", (name) => {
  const imported = readTfjs(filesOf(name));
  expect(readTfjs(writeTfjs({ config: imported.config, stateDict: () => imported.tensors }))).toEqual(imported);
});

test("toGru checks the example in the file", async () => {
  const gru = await Gru.create({ ...base, seed: 3, init: "uniform-scaled" });
  const x = plainTensor(golden.cases[0]!.x);
  const { output } = gru.forward(x);
  const imported = readTfjs({ ...writeTfjs(gru, { example: { x, output } }) });
  expectClose((await toGru(imported)).forward(x).output, output, 0);
});

test("throws for writing a network that TensorFlow.js cannot compute", async () => {
  const gru = await Gru.create({ ...base, cell: "reset-after" });
  expect(() => writeTfjs(gru)).toThrow(/TensorFlow.js: impossible, .*reset gate/);
  const network = (more: object) => ({
    config: { ...base, cell: "reset-before" as const, ...more },
    stateDict: () => ({}),
  });
  expect(() => writeTfjs(network({ direction: "reverse" }))).toThrow(/impossible, .*reverse/);
  expect(() => writeTfjs(network({ gateActivation: "hard-sigmoid" }))).toThrow(/impossible, .*hardSigmoid/);
});

/** The files of a model with changed JSON. */
function changed(change: (json: never) => void): Files {
  const files = filesOf("sigmoid");
  const json = JSON.parse(new TextDecoder().decode(files["model.json"])) as never;
  change(json);
  return { ...files, "model.json": new TextEncoder().encode(JSON.stringify(json)) };
}
interface Json {
  format: string;
  modelTopology: { config: { layers: { class_name: string; config: Record<string, unknown> }[] } };
  weightsManifest: {
    paths: string[];
    weights: { name: string; shape: number[]; dtype: string; quantization?: object }[];
  }[];
}

test("reads the layers of a functional model if they are a chain", () => {
  const functional = (...inbound: (string | undefined)[]) =>
    changed((j: Json & { modelTopology: { class_name: string } }) => {
      j.modelTopology.class_name = "Model";
      for (const [i, layer] of j.modelTopology.config.layers.entries())
        Object.assign(layer, { inbound_nodes: inbound[i] ? [[[inbound[i], 0, 0, {}]]] : [] });
    });
  const json = JSON.parse(new TextDecoder().decode(filesOf("sigmoid")["model.json"])) as Json;
  const gru = String(json.modelTopology.config.layers[0]!.config["name"]);
  expect(readTfjs(functional(undefined, gru))).toEqual(readTfjs(filesOf("sigmoid")));
  expect(() => readTfjs(functional(undefined, "input"))).toThrow(/as its only input, got input/);
});

test.each([
  ["no model.json", {}, /a file model.json, got none/],
  ["no shard", { "model.json": filesOf("sigmoid")["model.json"]! }, /the shard group1-shard1of2.bin, got model.json/],
  ["a short shard", { ...filesOf("sigmoid"), "group1-shard2of2.bin": new Uint8Array(3) }, /bytes in group1/],
  ["text that is not JSON", { "model.json": Uint8Array.of(123) }, /expected JSON, got text/],
  ["a graph model", changed((j: Json) => (j.format = "graph-model")), /a layers model .*, got graph-model/],
  ["an LSTM", filesOf("an LSTM"), /layers among GRU, .*, got LSTM/],
  ["a softmax", filesOf("a dense layer of softmax"), /a linear head, got softmax/],
  [
    "quantized weights",
    changed((j: Json) => (j.weightsManifest[0]!.weights[0]!.quantization = { dtype: "uint8" })),
    /plain float32, got quantized/,
  ],
  [
    "another dtype",
    changed((j: Json) => (j.weightsManifest[0]!.weights[0]!.dtype = "int32")),
    /plain float32, got int32/,
  ],
  [
    "a huge shape",
    changed((j: Json) => (j.weightsManifest[0]!.weights[0]!.shape = [2 ** 40, 2 ** 40])),
    /product below/,
  ],
  [
    "weights of other names",
    changed((j: Json) => (j.modelTopology.config.layers[0]!.config["name"] = "b")),
    /weights b\//,
  ],
  [
    "another activation",
    changed((j: Json) => (j.modelTopology.config.layers[0]!.config["activation"] = "elu")),
    /tanh, relu, linear, got elu/,
  ],
  [
    "reset_after that contradicts the weights",
    changed((j: Json) => (j.modelTopology.config.layers[0]!.config["reset_after"] = true)),
    /\(2,3H\) for reset_after true/,
  ],
] as const)("throws for %s", (_, files, message) => {
  expect(() => readTfjs(files)).toThrow(ModelFileError);
  expect(() => readTfjs(files)).toThrow(message);
});
