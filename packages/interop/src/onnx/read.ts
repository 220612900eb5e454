import type { StateDict, Tensor } from "@sluice/model";
import { decodeExample, EXAMPLE_KEY } from "../example.js";
import type { Imported } from "../imported.js";
import { configOf, type NetworkConfig, same } from "../network.js";
import { refuse } from "../refuse.js";
import { activationsOf } from "./activations.js";
import { follow, orderOfInput, type Place } from "./axes.js";
import { Graph, label } from "./graph.js";
import { readHead } from "./head.js";
import { readInitialState } from "./initial-state.js";
import { decodeModel, type OnnxNode } from "./model.js";

/**
 * Reads the GRU nodes of an ONNX model, one on the other, and the linear head (MatMul with Add, or Gemm) behind the last.
 * @throws RangeError for bytes that are no ONNX model, and for a graph that does anything else with the numbers.
 */
export function readOnnx(bytes: Uint8Array): Imported {
  const { graph: decoded, producer, metadata } = decodeModel(bytes);
  const graph = new Graph(decoded);
  const warnings: string[] = [];
  const chain = readChain(graph);
  const layers = chain.nodes.map((node) => readNode(graph, node));
  const [first] = layers;
  if (!first)
    return refuse("ONNX", "a GRU node", [...new Set(decoded.nodes.map(({ op }) => op))].join(", ") || "none");

  const agree = <T extends string | number | boolean>(what: string, of: (layer: LayerOfNode) => T): T =>
    same("ONNX", what, layers.map(of));
  const hiddenSize = agree("hidden_size", (layer) => layer.hiddenSize);
  const direction = agree("direction", (layer) => layer.direction);
  const linearBeforeReset = agree("linear_before_reset", (layer) => layer.linearBeforeReset);
  const directions = direction === "bidirectional" ? 2 : 1;
  const bias = layers.some((layer) => layer.b);

  const tensors: StateDict = {};
  for (const [i, { where, w, r, b }] of layers.entries()) {
    const suffix = i === 0 ? "" : `_l${i}`;
    const inputs = i === 0 ? first.inputs : hiddenSize * directions;
    if (w.shape[2] !== inputs) refuse(`${where}: W`, `${inputs} inputs`, w.shape[2]);
    tensors[`W${suffix}`] = w;
    tensors[`R${suffix}`] = r;
    const size = directions * 6 * hiddenSize;
    if (bias) tensors[`B${suffix}`] = b ?? { data: new Float32Array(size), shape: [directions, 6 * hiddenSize] };
    if (linearBeforeReset === 0 && b && addsBiases(b, hiddenSize))
      warnings.push(`layer ${i}: the two biases of each gate become their sum, rounded to f32`);
  }

  const features = hiddenSize * directions;
  const readout = readHead(graph, chain.end, chain.place, features);
  const place = readout?.place ?? chain.place;
  if (readout) Object.assign(tensors, readout.tensors);

  if (linearBeforeReset === 0 && producer === "pytorch") {
    warnings.push(
      "linear_before_reset is absent (or 0) though PyTorch wrote the file, whose GRU resets after the product with the state: as it stands the file computes another network; compare figures, or set the attribute to 1",
    );
  }
  if (layers.some((layer) => layer.lengths))
    warnings.push("the file takes sequence_lens: its outputs beyond a row's length are zero");
  if (place.outputs === "last" && direction !== "forward")
    warnings.push("the file reads the output of the last step, where the reverse direction has seen that step alone");
  const initialState = readInitialState(graph, chain.nodes, { directions, hiddenSize });
  const example = metadata[EXAMPLE_KEY];
  const config: NetworkConfig = {
    inputSize: first.inputs,
    hiddenSize,
    outputSize: readout?.outputSize ?? 0,
    cell: linearBeforeReset === 1 ? "reset-after" : "reset-before",
    layers: layers.length,
    direction,
    bias,
    gateActivation: agree("activation of the gates", (layer) => layer.gate),
    candidateActivation: agree("activation of the candidate", (layer) => layer.candidate),
    outputs: place.outputs ? "last" : "all",
  };
  return {
    config: configOf(config),
    tensors,
    convention: "onnx",
    warnings,
    order: orderOfInput(graph, chain.nodes[0]!, first.layout),
    ...(initialState && { initialState }),
    ...(example !== undefined && { example: decodeExample(example) }),
  };
}

interface Chain {
  readonly nodes: readonly OnnxNode[];
  /** The value behind the last GRU and what only moves its numbers. */
  readonly end: string;
  readonly place: Place;
}

/** The GRU nodes in their order, each fed by the one before. */
function readChain(graph: Graph): Chain {
  const steps = new Map(graph.gru.map((node) => [node, followStates(graph, node)]));
  const fed = new Set([...steps.values()].map(({ next }) => next));
  const nodes: OnnxNode[] = [];
  let [end, place]: [string, Place] = ["", { axes: [] }];
  let node = graph.gru.find((start) => !fed.has(start));
  while (node) {
    nodes.push(node);
    ({ end, place, next: node } = steps.get(node)!);
  }
  if (nodes.length !== graph.gru.length)
    refuse("ONNX", "GRU nodes in one chain", `${graph.gru.length}, of which ${nodes.length} are`);
  return { nodes, end, place };
}

/** From a GRU's states through what only moves their numbers: to the next GRU, or to what is no such node. */
function followStates(graph: Graph, gru: OnnxNode): { end: string; place: Place; next?: OnnxNode | undefined } {
  const [all = "", final = ""] = gru.outputs;
  const layout = gru.attributes["layout"] === 1;
  const directions = gru.attributes["direction"] === "bidirectional" ? 2 : 1;
  const features = directions * (graph.constant(gru.inputs[2])?.shape[2] ?? 0);
  const used = (name: string) => name !== "" && (graph.isOutput(name) || graph.consumers(name).length > 0);
  let [end, place]: [string, Place] = used(all)
    ? [all, { axes: layout ? ["B", "T", "D", "H"] : ["T", "D", "B", "H"] }]
    : [final, { axes: layout ? ["B", "D", "H"] : ["D", "B", "H"], outputs: "final" }];
  if (!used(end)) refuse(label(gru), "states that the graph uses", "none");
  const seen = new Set<string>();
  while (!seen.has(end)) {
    seen.add(end);
    const [node, other] = graph.consumers(end).filter((taker) => !givesFinalStates(graph, taker));
    if (!node) break;
    if (other) refuse(`${label(gru)}: states`, "one node that takes them", `${label(node)} and ${label(other)}`);
    if (node.op === "GRU") {
      const wanted = node.attributes["layout"] === 1 ? "BTF" : "TBF";
      if (place.axes.join("") !== wanted)
        refuse(`${label(node)}: X`, `states of all steps, axes ${wanted}`, place.axes.join(""));
      return { end, place, next: node };
    }
    const moved = follow(graph, node, place, { directions, features });
    if (!moved) break;
    end = node.outputs[0] ?? "";
    place = moved;
  }
  return { end, place };
}

/** The final states of all layers as one output beside the network's own. */
const givesFinalStates = (graph: Graph, { op, outputs }: OnnxNode) =>
  op === "Concat" && graph.isOutput(outputs[0] ?? "");

type LayerOfNode = ReturnType<typeof readNode>;

const KNOWN = [
  "hidden_size",
  "direction",
  "layout",
  "linear_before_reset",
  "activations",
  "activation_alpha",
  "activation_beta",
];

/** Attributes and weights of one node. */
function readNode(graph: Graph, node: OnnxNode) {
  const where = label(node);
  for (const name of Object.keys(node.attributes))
    if (!KNOWN.includes(name)) refuse(where, `attributes among ${KNOWN.join(", ")}`, name);
  const { direction = "forward", layout = 0, linear_before_reset: linearBeforeReset = 0 } = node.attributes;
  if (direction !== "forward" && direction !== "reverse" && direction !== "bidirectional")
    refuse(`${where}: direction`, "forward, reverse or bidirectional", direction);
  if (layout !== 0 && layout !== 1) refuse(`${where}: layout`, "0 or 1", layout);
  if (linearBeforeReset !== 0 && linearBeforeReset !== 1)
    refuse(`${where}: linear_before_reset`, "0 or 1", linearBeforeReset);
  const directions = direction === "bidirectional" ? 2 : 1;

  const w = graph.floats(`${where}: W`, node.inputs[1], 3);
  const r = graph.floats(`${where}: R`, node.inputs[2], 3);
  const b = node.inputs[3] ? graph.floats(`${where}: B`, node.inputs[3], 2) : undefined;
  const hiddenSize = r.shape[2]!;
  const inputs = w.shape[2]!;
  if (hiddenSize === 0 || inputs === 0)
    refuse(where, "at least one unit and one input", `${hiddenSize} and ${inputs}`);
  const said = node.attributes["hidden_size"];
  if (said !== undefined && said !== hiddenSize) refuse(`${where}: hidden_size`, `R's ${hiddenSize}`, said);
  expectSizes(`${where}: W`, w, [directions, 3 * hiddenSize, inputs]);
  expectSizes(`${where}: R`, r, [directions, 3 * hiddenSize, hiddenSize]);
  if (b) expectSizes(`${where}: B`, b, [directions, 6 * hiddenSize]);
  const lengths = node.inputs[4] !== undefined && node.inputs[4] !== "";
  const { gate, candidate } = activationsOf(node, directions);
  return {
    where,
    direction,
    layout,
    linearBeforeReset,
    hiddenSize,
    inputs,
    w,
    r,
    b,
    lengths,
    gate,
    candidate,
  } as const;
}

function expectSizes(where: string, { shape }: Tensor, expected: readonly number[]): void {
  if (String(shape) !== String(expected)) refuse(where, `[${expected.join(", ")}]`, `[${shape.join(", ")}]`);
}

/** Whether adding Wb and Rb can round: somewhere neither is zero. */
function addsBiases({ data, shape }: Tensor, hiddenSize: number): boolean {
  const half = 3 * hiddenSize;
  return Array.from({ length: shape[0]! * half }, (_, i) => i).some((i) => {
    const at = Math.floor(i / half) * 2 * half + (i % half);
    return data[at] !== 0 && data[at + half] !== 0;
  });
}
