/** Files of other formats: the error of each reader names the format and how to convert it. */
import { Gru } from "@sluice/model";
import { zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { ModelFileError } from "../src/index.js";
import { readKeras } from "../src/keras.js";
import { readOnnx, writeOnnx } from "../src/onnx.js";
import { readPyTorch } from "../src/pytorch.js";
import { readTfjs } from "../src/tfjs.js";
import { fromBase64, fromGzip } from "./golden.js";
import foreign from "./goldens/foreign.json" with { type: "json" };
import keras from "./goldens/keras.json" with { type: "json" };

const readers = {
  readKeras,
  readOnnx,
  readPyTorch,
  readTfjs: (bytes: Uint8Array) => readTfjs({ "model.json": bytes }),
};
const text = (value: string) => new TextEncoder().encode(value);
const zipped = (...names: string[]) => zipSync(Object.fromEntries(names.map((name) => [name, text("content")])));
const gru = await Gru.create({ inputSize: 1, hiddenSize: 2, outputSize: 1, cell: "reset-after", seed: 1 });
const { files } = foreign;

/** Name, bytes, the error's words, and the reader that takes the format. */
const cases: readonly (readonly [string, Uint8Array, RegExp, string?])[] = [
  [
    "torch.save",
    fromBase64(files["torch.save of a state dict"]),
    /got a PyTorch archive .*save_file\(model.state_dict/,
  ],
  ["torch.save of a module", fromBase64(files["torch.save of a module"]), /got a PyTorch archive/],
  ["torch.jit.save", fromBase64(files["torch.jit.save"]), /got a PyTorch archive/],
  ["old torch.save", fromBase64(files["torch.save, the old format"]), /got a file of torch.save before PyTorch 1.6/],
  ["a pickle", fromBase64(files.pickle), /got a Python pickle.*save_file/],
  ["an npy", fromBase64(files.npy), /got a NumPy array \(.npy\).*np.savez/],
  ["safetensors", gru.save(), /got a safetensors file.*readPyTorch.*Gru.load/, "readPyTorch"],
  ["ONNX", writeOnnx(gru), /got a protobuf file such as ONNX.*readOnnx/, "readOnnx"],
  [".keras", fromGzip(keras.cases[0]!.files[".keras"]!), /got a Keras archive.*readKeras/, "readKeras"],
  [".weights.h5", fromGzip(keras.cases[0]!.files[".weights.h5"]!), /got an HDF5 file.*readKeras/, "readKeras"],
  [
    "a SavedModel",
    text("\x08\x01\x12\x10\x12\x0e\x22\x05serve"),
    /got a TensorFlow SavedModel \(.pb\).*save_weights/,
  ],
  ["a zipped SavedModel", zipped("gru/saved_model.pb"), /got a zipped TensorFlow SavedModel/],
  [
    "a TensorFlow checkpoint",
    Uint8Array.of(0, 0, 0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb),
    /a TensorFlow checkpoint/,
  ],
  [
    "TensorFlow Lite",
    text("\x1c\0\0\0TFL3\0\0\0\0"),
    /got a TensorFlow Lite model: read the model .* converted from/,
  ],
  ["Core ML", zipped("a.mlpackage/Data/com.apple.CoreML/model.mlmodel"), /got a Core ML package/],
  ["another zip", zipped("readme.txt"), /got a zip archive: unpack it/],
  ["gzip", Uint8Array.of(0x1f, 0x8b, 8, 0), /got gzip data/],
  ["a Git LFS pointer", text("version https://git-lfs.github.com/spec/v1\noid sha256:0"), /Git LFS.*git lfs pull/],
  ["a web page", text("<!DOCTYPE html><html><body>Not found</body></html>"), /got a web page: check the address/],
  ["JSON", text('{"modelTopology": {}}'), /got JSON: read a layers model of TensorFlow.js with readTfjs/, "readTfjs"],
];

describe.each(Object.entries(readers))("%s", (name, read) => {
  test.each(
    cases.flatMap(([format, bytes, message, own]) => (own === name ? [] : [[format, bytes, message] as const])),
  )("names %s", (_, bytes, message) => {
    expect(() => read(bytes)).toThrow(ModelFileError);
    expect(() => read(bytes)).toThrow(message);
    expect(() => read(bytes)).toThrow(name);
  });

  test.each([
    [new ArrayBuffer(8), /expected the file's bytes, a Uint8Array, got ArrayBuffer; pass new Uint8Array\(buffer\)/],
    ["gru.onnx", /got string/],
    [null, /got object|got null/],
  ])("throws a TypeError for %j in place of bytes", (value, message) => {
    expect(() => read(value as unknown as Uint8Array)).toThrow(TypeError);
    expect(() => read(value as unknown as Uint8Array)).toThrow(message);
  });
});

test("a damaged file of the reader's own format keeps its error", () => {
  expect(() => readOnnx(writeOnnx(gru).slice(0, 60))).toThrow(/is the file complete|is this an ONNX file/);
  expect(() => readPyTorch(gru.save().slice(0, -4))).toThrow(/bytes of tensors/);
});
