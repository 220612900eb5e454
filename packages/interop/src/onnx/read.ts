import type { GruConfig, StateDict, Tensor } from "@sluice/model";
import { decodeExample, EXAMPLE_KEY } from "../example.js";
import type { Imported } from "../imported.js";
import { unreadable, unsupported } from "../model-file-error.js";
import { commonValue, withoutDefaults } from "../network.js";
import { orderOfInput } from "./axes.js";
import { readChain } from "./chain.js";
import { Graph } from "./graph.js";
import { type GruNode, readNode } from "./gru-node.js";
import { readHead } from "./head.js";
import { readInitialState } from "./initial-state.js";
import { decodeModel } from "./model.js";

/**
 * Reads the stacked GRU nodes of an ONNX model and the linear head (MatMul with Add, or Gemm) after the last one.
 * @throws ModelFileError for bytes that are not an ONNX model, and for a graph with other computations.
 */
export function readOnnx(bytes: Uint8Array): Imported {
  const { graph: decoded, producer, metadata } = decodeModel(bytes);
  const graph = new Graph(decoded);
  const warnings: string[] = [];
  const chain = readChain(graph);
  const layers = chain.nodes.map((node) => readNode(graph, node));
  const [first] = layers;
  if (!first)
    return unsupported("ONNX", "a GRU node", [...new Set(decoded.nodes.map(({ op }) => op))].join(", ") || "none");

  const common = <T extends string | number | boolean>(what: string, of: (layer: GruNode) => T): T =>
    commonValue("ONNX", what, layers.map(of));
  const hiddenSize = common("hidden_size", (layer) => layer.hiddenSize);
  const direction = common("direction", (layer) => layer.direction);
  const linearBeforeReset = common("linear_before_reset", (layer) => layer.linearBeforeReset);
  const directions = direction === "bidirectional" ? 2 : 1;
  const bias = layers.some((layer) => layer.b);

  const tensors: StateDict = {};
  for (const [i, { where, w, r, b }] of layers.entries()) {
    const suffix = i === 0 ? "" : `_l${i}`;
    const inputs = i === 0 ? first.inputs : hiddenSize * directions;
    if (w.shape[2] !== inputs) unreadable(`${where}: W`, `${inputs} inputs`, w.shape[2]);
    tensors[`W${suffix}`] = w;
    tensors[`R${suffix}`] = r;
    const size = directions * 6 * hiddenSize;
    if (bias) tensors[`B${suffix}`] = b ?? { data: new Float32Array(size), shape: [directions, 6 * hiddenSize] };
    if (linearBeforeReset === 0 && b && hasTwoBiases(b, hiddenSize))
      warnings.push(`layer ${i}: the two biases of each gate are replaced by their sum, rounded to f32`);
  }

  const features = hiddenSize * directions;
  const head = readHead(graph, chain.states, chain.value, features);
  const { outputs } = head?.value ?? chain.value;
  if (head) Object.assign(tensors, head.tensors);

  if (linearBeforeReset === 0 && producer === "pytorch") {
    warnings.push(
      "linear_before_reset is absent or 0 in a file written by PyTorch, whose GRU applies the reset gate after the product: the file computes another network than PyTorch did; compare outputs, or set the attribute to 1",
    );
  }
  if (layers.some((layer) => layer.hasLengths))
    warnings.push("the file has an input sequence_lens: its outputs beyond a row's length are zero");
  if (outputs === "last" && direction !== "forward")
    warnings.push(
      "the file uses the output of the last step, where the reverse direction has processed only that step",
    );
  const initialState = readInitialState(graph, chain.nodes, { directions, hiddenSize });
  const example = metadata[EXAMPLE_KEY];
  const config: GruConfig = {
    inputSize: first.inputs,
    hiddenSize,
    outputSize: head?.outputSize ?? 0,
    cell: linearBeforeReset === 1 ? "reset-after" : "reset-before",
    layers: layers.length,
    direction,
    bias,
    gateActivation: common("activation of the gates", (layer) => layer.gate),
    candidateActivation: common("activation of the candidate", (layer) => layer.candidate),
    outputs: outputs ? "last" : "all",
  };
  return {
    config: withoutDefaults(config),
    tensors,
    convention: "onnx",
    warnings,
    order: orderOfInput(graph, chain.nodes[0]!, first.layout),
    ...(initialState && { initialState }),
    ...(example !== undefined && { example: decodeExample(example) }),
  };
}

/** Whether the sum of input and recurrent bias can be rounded: both are nonzero somewhere. */
function hasTwoBiases({ data, shape }: Tensor, hiddenSize: number): boolean {
  const half = 3 * hiddenSize;
  return Array.from({ length: shape[0]! * half }, (_, i) => i).some((i) => {
    const at = Math.floor(i / half) * 2 * half + (i % half);
    return data[at] !== 0 && data[at + half] !== 0;
  });
}
