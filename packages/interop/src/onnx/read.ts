import type { GruConfig, StateDict, Tensor } from "@sluice/model";
import { decodeExample, EXAMPLE_KEY } from "../example.js";
import type { Imported } from "../imported.js";
import { configOf, same } from "../network.js";
import { refuse } from "../refuse.js";
import { orderOfInput } from "./axes.js";
import { readChain } from "./chain.js";
import { Graph } from "./graph.js";
import { type GruNode, readNode } from "./gru-node.js";
import { readHead } from "./head.js";
import { readInitialState } from "./initial-state.js";
import { decodeModel } from "./model.js";

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

  const agree = <T extends string | number | boolean>(what: string, of: (layer: GruNode) => T): T =>
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
  const config: GruConfig = {
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

/** Whether adding Wb and Rb can round: somewhere neither is zero. */
function addsBiases({ data, shape }: Tensor, hiddenSize: number): boolean {
  const half = 3 * hiddenSize;
  return Array.from({ length: shape[0]! * half }, (_, i) => i).some((i) => {
    const at = Math.floor(i / half) * 2 * half + (i % half);
    return data[at] !== 0 && data[at + half] !== 0;
  });
}
