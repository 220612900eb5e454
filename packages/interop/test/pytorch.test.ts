/** State dicts of PyTorch with the outputs of its modules (goldens/pytorch.json, written by scripts/make-pytorch.py). */
import { Gru, readSafetensors, type StoredTensor, writeSafetensors } from "@sluice/model";
import { expect, test } from "vitest";
import { ModelFileError, toGru } from "../src/index.js";
import { readPyTorch, writePyTorch } from "../src/pytorch.js";
import { expectClose, expectOutputs, fromBase64, plainTensor, shapesOf } from "./golden.js";
import golden from "./goldens/pytorch.json" with { type: "json" };

const bytesOf = (name: string) => fromBase64(golden.cases.find((c) => c.name === name)!.safetensors);
const readable = golden.cases.filter(({ name }) => name !== "half precision");
const base = { inputSize: 3, hiddenSize: 4, outputSize: 2, cell: "reset-after" } as const;

test.for(readable)("$name: computes the outputs of PyTorch", async ({ name, safetensors, ...figures }) => {
  const imported = readPyTorch(fromBase64(safetensors));
  // a state dict does not contain that only the last step is used
  const last = name.startsWith("the last step") && ({ outputs: "last" } as const);
  await expectOutputs({ ...imported, config: { ...imported.config, ...last } }, figures);
});

test("names and shapes give sizes, layers, directions and biases", () => {
  expect(readPyTorch(bytesOf("one layer")).config).toEqual(base);
  expect(readPyTorch(bytesOf("no head")).config).toEqual({ ...base, outputSize: 0 });
  expect(readPyTorch(bytesOf("without biases")).config).toEqual({ ...base, bias: false });
  const two = readPyTorch(bytesOf("two bidirectional layers"));
  expect(two.config).toEqual({ ...base, layers: 2, direction: "bidirectional" });
  expect(shapesOf(two)).toMatchObject({
    "gru.weight_ih_l0": "12×3",
    "gru.weight_ih_l1_reverse": "12×8",
    "gru.bias_hh_l0_reverse": "12",
    "head.weight": "2×8",
  });
});

test("reads and writes any prefixes", async () => {
  const bytes = bytesOf("names rnn and fc inside encoder");
  const gru = await toGru(readPyTorch(bytes));
  const again = writePyTorch(gru, { gru: "encoder.rnn.", head: "encoder.fc." });
  expect(readSafetensors(again).tensors).toEqual(readSafetensors(bytes).tensors);
  expect(readSafetensors(writePyTorch(gru)).tensors["head.bias"]).toBeDefined();
});

/** A file with changed tensors. */
function file(change: (tensors: Record<string, StoredTensor>) => void, from = "one layer"): Uint8Array {
  const { tensors } = readSafetensors(bytesOf(from));
  change(tensors);
  return writeSafetensors({ tensors, metadata: {} });
}
function withoutGru(tensors: Record<string, StoredTensor>): void {
  for (const name of Object.keys(tensors)) if (name.startsWith("gru")) delete tensors[name];
}
const floats = (...shape: number[]) => ({ shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) });

test("rounds f64 with a warning, throws for f16", () => {
  const { tensors, warnings } = readPyTorch(bytesOf("double precision"));
  expect(tensors["gru.weight_ih_l0"]!.data).toBeInstanceOf(Float32Array);
  expect(warnings).toContain("gru.weight_ih_l0: rounded from f64 to f32");
  expect(() => readPyTorch(bytesOf("half precision"))).toThrow(/dtype F32 or F64, got "F16"/);
});

test("reads an nn.GRUCell as a network of one layer", () => {
  const cell = file((tensors) => {
    for (const name of Object.keys(tensors).filter((n) => n.startsWith("gru."))) {
      tensors[name.replace(/^gru\.|_l0$/g, "")] = tensors[name]!;
      delete tensors[name];
    }
  });
  expect(readPyTorch(cell).tensors).toEqual(readPyTorch(bytesOf("one layer")).tensors);
});

test("a head without bias gets a bias of zeros", () => {
  const { tensors } = readPyTorch(file((t) => delete t["head.bias"]));
  expect([...tensors["head.bias"]!.data]).toEqual([0, 0]);
});

test("throws for further tensors, or ignores them with a warning if prefixes are given", () => {
  const other = file((t) => {
    t["decoder.weight"] = floats(7, 4);
    t["norm.running_mean"] = floats(4);
  });
  expect(() => readPyTorch(other)).toThrow(/one linear head; select it with \{ head \}, got .*decoder.weight/);
  const { config, warnings } = readPyTorch(other, { head: "decoder." });
  expect(config.outputSize).toBe(7);
  expect(warnings).toEqual(["not read: head.bias, head.weight, norm.running_mean"]);
  expect(readPyTorch(other, { head: false }).config.outputSize).toBe(0);
});

test.each([
  ["no GRU", file(withoutGru), /weight_ih_l0, …, got head/],
  [
    "two GRUs",
    file((t) => (t["b.weight_hh_l0"] = floats(12, 4))),
    /one GRU; select it with \{ gru \}, got "b\.", "gru\."/,
  ],
  ["an LSTM", file((t) => (t["gru.weight_hh_l0"] = floats(16, 4))), /shape \(3H, H\), got \[16, 4\] \(an LSTM\)/],
  ["a missing bias", file((t) => delete t["gru.bias_hh_l0"]), /gru.bias_hh_l0: expected shape \[12\], got none/],
  [
    "a layer with the wrong number of inputs",
    file((t) => (t["gru.weight_ih_l1"] = floats(12, 5))),
    /expected .*, got gru.weight_ih_l1/,
  ],
  ["no units", file((t) => (t["gru.weight_hh_l0"] = floats(0, 0))), /shape \(3H, H\), got \[0, 0\]/],
])("throws for %s", (_, bytes, message) => {
  expect(() => readPyTorch(bytes)).toThrow(ModelFileError);
  expect(() => readPyTorch(bytes)).toThrow(message);
});

test("toGru checks the example in the file", async () => {
  const gru = await Gru.create({ ...base, seed: 3, init: "uniform-scaled" });
  const x = plainTensor(golden.cases[0]!.x);
  const { output } = gru.forward(x);
  const imported = readPyTorch(writePyTorch(gru, { example: { x, output } }));
  expect(imported.example).toEqual({ x, output });
  expectClose((await toGru(imported)).forward(x).output, output, 0);
  const wrong = { x, output: { ...output, data: output.data.map((v) => v + 0.01) } };
  const loading = toGru(readPyTorch(writePyTorch(gru, { example: wrong })));
  await expect(loading).rejects.toMatchObject({ name: "ModelFileError", reason: "mismatch" });
  await expect(loading).rejects.toThrow(/outputs within .* difference/);
});

test("throws for writing a network that nn.GRU cannot compute", async () => {
  const gru = await Gru.create({ ...base, cell: "reset-before" });
  expect(() => writePyTorch(gru)).toThrow(/impossible/);
  const network = (more: object) => ({ config: { ...base, ...more }, stateDict: () => ({}) });
  expect(() => writePyTorch(network({ direction: "reverse" }))).toThrow(/PyTorch: impossible, .*reverse/);
  expect(() => writePyTorch(network({ gateActivation: "hard-sigmoid" }))).toThrow(/impossible, .*hard-sigmoid/);
  expect(() => writePyTorch(network({ candidateActivation: "relu" }))).toThrow(/impossible, .*relu/);
});

const scalar = { shape: [1, 1, 1], data: [1] };
test.each([
  ["text that is not JSON", "{", /example: expected JSON/],
  ["an array", "[]", /example: expected an object, got an array/],
  ["no output", JSON.stringify({ x: scalar }), /example output: expected an object, got undefined/],
  ["a negative size", JSON.stringify({ x: { ...scalar, shape: [-1, -1, 1] } }), /example x: shape: expected sizes/],
  ["too few numbers", JSON.stringify({ x: { ...scalar, shape: [2] } }), /example x: data: expected 2 numbers/],
  [
    "strings",
    JSON.stringify({ x: { shape: [1], data: ["1"] } }),
    /example x: data: expected numbers, got other values/,
  ],
])("throws for an example with %s", (_, text, message) => {
  const { tensors } = readSafetensors(bytesOf("one layer"));
  const bytes = writeSafetensors({ tensors, metadata: { "sluice.example": text } });
  expect(() => readPyTorch(bytes)).toThrow(ModelFileError);
  expect(() => readPyTorch(bytes)).toThrow(message);
});
