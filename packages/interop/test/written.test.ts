/** Written files with the outputs that other libraries compute from them (goldens/written.json, written by scripts/make-written.mts). */
import { Gru, type StateDict } from "@sluice/model";
import { expect, test } from "vitest";
import { writeKeras } from "../src/keras.js";
import { readOnnx, writeOnnx } from "../src/onnx.js";
import { writePyTorch } from "../src/pytorch.js";
import { readTfjs, writeTfjs } from "../src/tfjs.js";
import { expectOutputs, fromBase64 } from "./golden.js";
import golden from "./goldens/written.json" with { type: "json" };
import { onnxNetworks, randomNetwork, tfjsNetworks } from "./random-network.js";

const textOf = (config: object) => JSON.stringify(config);
const { x } = golden;

test.for(onnxNetworks.map((config, i) => [textOf(config), config, golden.onnx[i]!] as const))(
  "ONNX %s: writes the bytes that onnxruntime-web ran, and computes its outputs",
  async ([, config, { bytes, output }]) => {
    const network = randomNetwork(config, "onnx");
    expect(writeOnnx(network)).toEqual(fromBase64(bytes));
    const imported = readOnnx(fromBase64(bytes));
    expect(imported).toMatchObject({ config, order: "TBI" });
    expectTensors(imported.tensors, network.tensors);
    await expectOutputs(imported, { x, output });
  },
);

test.for(tfjsNetworks.map((config, i) => [textOf(config), config, golden.tfjs[i]!] as const))(
  "TensorFlow.js %s: writes the bytes that it ran, and computes its outputs",
  async ([, config, { files, output }]) => {
    const network = randomNetwork(config, "keras");
    const written = writeTfjs(network);
    for (const [name, bytes] of Object.entries(files))
      expect(written[name as "model.json"]).toEqual(fromBase64(bytes));
    const imported = readTfjs({ ...written });
    expect(imported).toMatchObject({ config, order: "BTI" });
    expectTensors(imported.tensors, network.tensors);
    await expectOutputs(imported, { x, output });
  },
);

/** Expects the same tensors with the same names. */
function expectTensors(got: StateDict, expected: StateDict): void {
  expect(got).toMatchObject(expected);
  for (const name of Object.keys(got)) expect(Object.keys(expected)).toContain(name);
}

test("throws for writing a learned initial state, which no format can contain", async () => {
  const config = { inputSize: 1, hiddenSize: 2, outputSize: 1, learnInitialState: true } as const;
  const [before, after] = [
    await Gru.create({ ...config, cell: "reset-before" }),
    await Gru.create({ ...config, cell: "reset-after" }),
  ];
  const message = /impossible, .*learned initial state/;
  for (const write of [writeKeras, writeOnnx, writeTfjs]) expect(() => write(before)).toThrow(message);
  expect(() => writePyTorch(after)).toThrow(message);
});
