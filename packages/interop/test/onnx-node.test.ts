/** Graphs that compute more than one GRU network, of which `{ node }` chooses one. */
import { expect, test } from "vitest";
import { ModelFileError } from "../src/index.js";
import { decodeModel, encodeModel, type OnnxGraph, type OnnxModel, type OnnxNode } from "../src/onnx/model.js";
import { readOnnx } from "../src/onnx.js";
import { expectOutputs, fromBase64 } from "./golden.js";
import golden from "./goldens/onnx.json" with { type: "json" };
import torch from "./goldens/pytorch.json" with { type: "json" };

const caseOf = (name: string) => golden.cases.find((c) => c.name === name)!;
const noHead = caseOf("no head");
const modelOf = (base64: string) => decodeModel(fromBase64(base64));

/** The graph with a prefix before all names. */
function prefixed(prefix: string, { nodes, initializers, inputs, outputs }: OnnxGraph): OnnxGraph {
  const name = (text: string) => (text ? prefix + text : "");
  const renamed = <T extends { readonly name: string }>(values: readonly T[]) =>
    values.map((value) => ({ ...value, name: name(value.name) }));
  return {
    nodes: nodes.map((node) => ({
      ...node,
      name: name(node.name || node.op),
      inputs: node.inputs.map(name),
      outputs: node.outputs.map(name),
    })),
    initializers: renamed(initializers),
    inputs: renamed(inputs),
    outputs: renamed(outputs),
  };
}

/** One graph of several, which `more` nodes connect. */
function joined(model: OnnxModel, graphs: readonly OnnxGraph[], more: readonly OnnxNode[]): Uint8Array {
  const all = <K extends keyof OnnxGraph>(key: K) => graphs.flatMap((graph) => graph[key] as readonly unknown[]);
  const graph = {
    nodes: [...all("nodes"), ...more],
    initializers: all("initializers"),
    inputs: all("inputs"),
    outputs: [{ name: "sum", shape: [] }],
  } as OnnxGraph;
  return encodeModel({ ...model, graph });
}

/** A sum of the outputs of several copies of a network. */
function sumOf(base64: string, prefixes: readonly string[]): Uint8Array {
  const model = modelOf(base64);
  const graphs = prefixes.map((prefix) => prefixed(prefix, model.graph));
  const sum = { op: "Sum", inputs: graphs.map((graph) => graph.outputs[0]!.name), outputs: ["sum"], attributes: {} };
  return joined(model, graphs, [sum]);
}

test("a graph of several networks is an error that names the GRU nodes and the option", () => {
  const bytes = sumOf(noHead.onnx, ["/intra/", "/inter/"]);
  expect(() => readOnnx(bytes)).toThrow(ModelFileError);
  expect(() => readOnnx(bytes)).toThrow(
    /GRU nodes in one chain.*2 GRU nodes: choose the first to read with \{ node \}: "\/intra\/GRU", "\/inter\/GRU"$/,
  );
});

test("the error of a graph with many GRU nodes names 40 of them", () => {
  const bytes = sumOf(
    noHead.onnx,
    Array.from({ length: 45 }, (_, i) => `g${i}/`),
  );
  expect(() => readOnnx(bytes)).toThrow(/"g39\/GRU", and 5 more$/);
});

test("nodes without a name, or with the same one, are known by their outputs", () => {
  const model = modelOf(noHead.onnx);
  const graphs = ["a/", "b/"].map((prefix) => {
    const graph = prefixed(prefix, model.graph);
    return { ...graph, nodes: graph.nodes.map((node) => ({ ...node, name: prefix === "a/" ? "" : "GRU" })) };
  });
  const inputs = graphs.map(({ outputs }) => outputs[0]!.name);
  const bytes = joined(model, graphs, [{ op: "Sum", inputs, outputs: ["sum"], attributes: {} }]);
  expect(() => readOnnx(bytes)).toThrow(/"a\/Y", "GRU"$/);
  expect(readOnnx(bytes, { node: "a/Y" }).config).toEqual(readOnnx(bytes, { node: "GRU" }).config);
});

test("node reads one network of several and says what is not read", async () => {
  const imported = readOnnx(sumOf(noHead.onnx, ["/intra/", "/inter/"]), { node: "/inter/GRU" });
  expect(imported.warnings).toEqual([expect.stringMatching(/^not read: .*after a GRU, got Sum sum$/)]);
  expect(imported.order).toBe("TBI");
  await expectOutputs(imported, { x: noHead.x, output: noHead.output });
});

test("node reads the whole chain that begins there", async () => {
  const two = torch.cases.find(({ name }) => name === "two bidirectional layers")!;
  const first = prefixed("a/", modelOf(two.onnx).graph).nodes.find(({ op }) => op === "GRU")!;
  const imported = readOnnx(sumOf(two.onnx, ["a/", "b/"]), { node: first.name! });
  expect(imported.config).toMatchObject({ layers: 2, direction: "bidirectional" });
  expect(imported.tensors["R_l1"]!.shape).toEqual([2, 12, 4]);
  expect(imported.warnings).toEqual([expect.stringMatching(/not read: .* as output of the graph, got Sum sum/)]);
});

test("node reads a network whose input and state other nodes compute", async () => {
  const model = modelOf(noHead.onnx);
  const { nodes, initializers, inputs } = prefixed("", model.graph);
  const before: OnnxNode = { op: "Relu", inputs: ["x"], outputs: ["relu"], attributes: {} };
  const state: OnnxNode = { op: "Tanh", inputs: ["state"], outputs: ["h0"], attributes: {} };
  const graph = nodes.map((node) =>
    node.op === "GRU"
      ? { ...node, inputs: ["relu", node.inputs[1]!, node.inputs[2]!, node.inputs[3]!, "", "h0"] }
      : node,
  );
  const bytes = encodeModel({
    ...model,
    graph: { ...model.graph, nodes: [before, state, ...graph], initializers, inputs },
  });
  expect(() => readOnnx(bytes)).toThrow(/h0|relu|Relu/);
  const imported = readOnnx(bytes, { node: "GRU" });
  expect(imported.order).toBeUndefined();
  expect(imported.warnings).toEqual([
    expect.stringMatching(/^not read: .*initial_h: expected zero, an input or a constant, got the output of Tanh h0/),
    expect.stringMatching(
      /^not read: .*X: expected an input of the graph, or its Transpose, got the output of Relu relu/,
    ),
  ]);
  await expectOutputs(imported, { x: noHead.x, output: noHead.output });
});

test("a chain ends before a GRU node of other settings", () => {
  const model = modelOf(noHead.onnx);
  const [a, b] = [prefixed("a/", model.graph), prefixed("b/", modelOf(caseOf("reverse").onnx).graph)];
  const link = b.nodes.map((node) =>
    node.op === "GRU" ? { ...node, inputs: ["a/y", ...node.inputs.slice(1)] } : node,
  );
  const bytes = joined(
    model,
    [a, { ...b, nodes: link }],
    [{ op: "Identity", inputs: [b.outputs[0]!.name], outputs: ["sum"], attributes: {} }],
  );
  const imported = readOnnx(bytes, { node: "a/GRU" });
  expect(imported.config).toEqual({ inputSize: 3, hiddenSize: 4, outputSize: 0, cell: "reset-after" });
  expect(imported.warnings).toEqual([
    "not read: GRU b/GRU: expected the sizes and settings of the GRU before it, got others",
  ]);
});

test.each([
  [{ node: "gru" }, ModelFileError, /ONNX node: expected one GRU node among "GRU", got gru/],
  [{ node: "" }, ModelFileError, /expected one GRU node among/],
  [{ node: 1 as unknown as string }, TypeError, /node: expected the name of a GRU node, got number/],
  [{ name: "GRU" } as object, RangeError, /readOnnx: expected .*"name"/],
])("throws for the options %j", (options, type, message) => {
  const model = modelOf(noHead.onnx);
  const bytes = encodeModel({ ...model, graph: prefixed("", model.graph) });
  expect(() => readOnnx(bytes, options)).toThrow(type);
  expect(() => readOnnx(bytes, options)).toThrow(message);
});
