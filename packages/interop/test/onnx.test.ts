/**
 * GRU nodes in the forms that ONNX allows, with outputs by the operator's equations in float64 (goldens/onnx.json, written by
 * scripts/make-onnx.py), and exports of PyTorch (goldens/pytorch.json).
 */
import { Gru } from "@sluice/model";
import { expect, test } from "vitest";
import { ModelFileError, toGru } from "../src/index.js";
import { decodeModel, encodeModel, type OnnxModel, type OnnxNode } from "../src/onnx/model.js";
import { readOnnx, writeOnnx } from "../src/onnx.js";
import { expectClose, expectOutputs, fromBase64, plainTensor, shapesOf } from "./golden.js";
import golden from "./goldens/onnx.json" with { type: "json" };
import torch from "./goldens/pytorch.json" with { type: "json" };

const bytesOf = (name: string) => fromBase64(golden.cases.find((c) => c.name === name)!.onnx);
const rejected = ["clip", "softsign"];
const base = { inputSize: 3, hiddenSize: 4, outputSize: 2 } as const;

test.for(golden.cases.filter(({ name }) => !rejected.includes(name)))(
  "$name: computes the outputs of the operator",
  async ({ onnx, layout, initial, ...figures }) => {
    const imported = readOnnx(fromBase64(onnx));
    expect(imported.order).toBe(layout ? "BTI" : "TBI");
    if (initial === "constant") expect(imported.initialState).toEqual(plainTensor(figures.initialState!));
    else expect(imported.initialState).toBeUndefined();
    await expectOutputs(imported, figures);
  },
);

test.for(torch.cases)(
  "an export of PyTorch, $name: computes the outputs of PyTorch",
  async ({ onnx, ...figures }) => {
    const imported = readOnnx(fromBase64(onnx));
    expect(imported.order).toBe(figures.batchFirst ? "BTI" : "TBI");
    expect(imported.warnings).toEqual([]);
    await expectOutputs(imported, figures);
  },
);

test("the config contains the settings of the node that differ from the defaults", () => {
  const config = (name: string) => readOnnx(bytesOf(name)).config;
  expect(config("reset-before")).toEqual({ ...base, cell: "reset-before" });
  expect(config("reset-after")).toEqual({ ...base, cell: "reset-after" });
  expect(config("no head")).toMatchObject({ outputSize: 0 });
  expect(config("reset-after without biases")).toMatchObject({ bias: false });
  expect(config("reverse")).toMatchObject({ direction: "reverse" });
  expect(config("bidirectional, batch first")).toMatchObject({ direction: "bidirectional" });
  expect(config("Gemm behind the final state")).toMatchObject({ outputs: "last" });
  expect(config("hard sigmoid of Keras 2")).toMatchObject({ gateActivation: "hard-sigmoid-0.2" });
  expect(config("hard sigmoid of Keras 3, relu")).toMatchObject({
    gateActivation: "hard-sigmoid",
    candidateActivation: "relu",
  });
  expect(config("linear candidate")).toMatchObject({ candidateActivation: "linear" });
  const two = readOnnx(fromBase64(torch.cases.find(({ name }) => name === "two bidirectional layers")!.onnx));
  expect(two.config).toEqual({ ...base, cell: "reset-after", layers: 2, direction: "bidirectional" });
  expect(shapesOf(two)).toEqual({
    W: "2×12×3",
    R: "2×12×4",
    B: "2×24",
    W_l1: "2×12×8",
    R_l1: "2×12×4",
    B_l1: "2×24",
    "head.weight": "2×8",
    "head.bias": "2",
  });
});

test("warns of a file of PyTorch without linear_before_reset", () => {
  const warning = readOnnx(bytesOf("linear_before_reset missing though PyTorch wrote it")).warnings.join();
  expect(warning).toMatch(/linear_before_reset is absent or 0 in a file written by PyTorch/);
});

test("warns of sequence_lens and of merged biases", () => {
  expect(readOnnx(bytesOf("sequence lengths")).warnings).toEqual([expect.stringContaining("sequence_lens")]);
  expect(readOnnx(bytesOf("reset-before")).warnings).toEqual([expect.stringMatching(/sum, rounded to f32/)]);
});

/** A file with a changed graph. */
function changed(change: (model: { nodes: OnnxNode[] } & OnnxModel["graph"]) => object, from = "reset-after") {
  const model = decodeModel(bytesOf(from));
  const graph = { ...model.graph, nodes: [...model.graph.nodes] };
  return encodeModel({ ...model, graph: { ...graph, ...change(graph) } });
}
const node = (op: string, inputs: string[], output: string): OnnxNode => ({
  op,
  inputs,
  outputs: [output],
  attributes: {},
});
const gruWith = (more: Partial<OnnxNode>) =>
  changed(({ nodes }) => ({ nodes: nodes.map((n) => (n.op === "GRU" ? { ...n, ...more } : n)) }));
const renamed = (from: string, op: string) =>
  changed(({ nodes }) => ({ nodes: nodes.map((n) => (n.op === from ? { ...n, op } : n)) }));

test.each([
  ["clip", bytesOf("clip"), /GRU.*: expected attributes among .*, got clip/],
  ["another activation", bytesOf("softsign"), /expected one of Sigmoid, HardSigmoid .* for the gates, got Softsign/],
  ["an LSTM", renamed("GRU", "LSTM"), /a GRU node, got LSTM/],
  ["a layer between states and head", renamed("Squeeze", "Relu"), /after a GRU, got Relu/],
  [
    "an activation after the head",
    changed(({ nodes }) => ({ nodes: [...nodes, node("Sigmoid", ["y"], "z")] })),
    /output of the graph, got Sigmoid/,
  ],
  [
    "weights computed in the graph",
    changed(({ nodes, initializers }) => ({
      nodes: [...nodes, node("Neg", ["V"], "W")],
      initializers: initializers.filter(({ name }) => name !== "W"),
    })),
    /W: expected a constant in the file, got the output of Neg/,
  ],
  [
    "an input from another layer",
    changed(({ nodes }) => ({
      nodes: nodes
        .map((n) => (n.op === "GRU" ? { ...n, inputs: ["conv", ...n.inputs.slice(1)] } : n))
        .concat(node("Conv", ["x"], "conv")),
    })),
    /X: expected an input of the graph, or its Transpose, got the output of Conv/,
  ],
  ["a B of the wrong size", gruWith({ inputs: ["x", "W", "R", "c"] }), /B: expected 2 dimensions, got \[2\]/],
  ["R in place of W", gruWith({ inputs: ["x", "R", "W", "B"] }), /expected/],
  ["another hidden_size", gruWith({ attributes: { hidden_size: 5 } }), /hidden_size: expected R's 4, got 5/],
  [
    "another direction",
    gruWith({ attributes: { direction: "sideways" } }),
    /forward, reverse or bidirectional, got sideways/,
  ],
  [
    "a cycle",
    changed(({ nodes }) => ({
      nodes: nodes
        .map((n) => (n.op === "GRU" ? { ...n, inputs: ["a", ...n.inputs.slice(1)] } : n))
        .concat(node("Identity", ["b"], "a"), node("Identity", ["a"], "b")),
    })),
    /expected an input of the graph/,
  ],
  [
    "a Transpose to missing axes",
    changed(({ nodes }) => ({
      nodes: nodes
        .map((n) => (n.op === "GRU" ? { ...n, inputs: ["turned", ...n.inputs.slice(1)] } : n))
        .concat({ ...node("Transpose", ["x"], "turned"), attributes: { perm: [0, 1, 2 ** 31] } }),
    })),
    /an order of 3 axes, got \[0,1,2147483648\]/,
  ],
  [
    "two nodes with the same output",
    changed(({ nodes }) => ({ nodes: [...nodes, ...nodes] })),
    /one node for each value/,
  ],
  [
    "a Transpose with names for axes",
    changed(({ nodes }) => ({
      nodes: nodes
        .map((n) => (n.op === "GRU" ? { ...n, inputs: ["turned", ...n.inputs.slice(1)] } : n))
        .concat({ ...node("Transpose", ["x"], "turned"), attributes: { perm: ["T", "B", "I"] } }),
    })),
    /Transpose turned: perm: expected a list of integers, got \["T","B","I"\]/,
  ],
  ["an empty file", new Uint8Array(0), /a model with a graph, got none/],
  ["text", new TextEncoder().encode("GRU networks for time series"), /ONNX/],
])("throws for %s", (_, bytes, message) => {
  expect(() => readOnnx(bytes)).toThrow(ModelFileError);
  expect(() => readOnnx(bytes)).toThrow(message);
});

test.each(["reset-before", "reset-after"] as const)("%s: writing and reading keeps all bits", async (cell) => {
  const gru = await Gru.create({ ...base, cell, seed: 4, init: "uniform-scaled" });
  const x = plainTensor(golden.cases[0]!.x);
  const { output } = gru.forward(x);
  const imported = readOnnx(writeOnnx(gru, { state: true, example: { x, output } }));
  expect(imported.config).toEqual({ ...base, cell });
  expect(imported.tensors).toEqual(gru.stateDict("onnx"));
  expectClose((await toGru(imported)).forward(x).output, output, 0);
});

test.each(torch.cases.map(({ name, onnx }) => [name, onnx] as const))(
  "%s: writing and reading gives the same network",
  (_, onnx) => {
    const imported = readOnnx(fromBase64(onnx));
    for (const state of [false, true]) {
      const again = readOnnx(writeOnnx({ config: imported.config, stateDict: () => imported.tensors }, { state }));
      expect({ ...again, order: imported.order }).toEqual(imported);
    }
  },
);

test("writing and reading keeps activations and directions", () => {
  for (const name of ["hard sigmoid of Keras 2", "hard sigmoid of Keras 3, relu", "linear candidate", "reverse"]) {
    const imported = readOnnx(bytesOf(name));
    const again = readOnnx(writeOnnx({ config: imported.config, stateDict: () => imported.tensors }));
    expect(again).toEqual(imported);
  }
});
