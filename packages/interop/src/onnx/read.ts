import { expectKeys } from "@sluice/kernel-wasm/checks";
import type { GruConfig, StateDict, Tensor } from "@sluice/model";
import { decodeExample, EXAMPLE_KEY } from "../example.js";
import { expectBytes } from "../expect-bytes.js";
import { namingForeignFormat } from "../foreign-format.js";
import type { Imported } from "../imported.js";
import { ModelFileError, unreadable, unsupported } from "../model-file-error.js";
import { commonValue, withoutDefaults } from "../network.js";
import { orderOfInput } from "./axes.js";
import { readChain, readChainFrom } from "./chain.js";
import { Graph } from "./graph.js";
import { type GruNode, readNode } from "./gru-node.js";
import { readHead } from "./head.js";
import { readInitialState } from "./initial-state.js";
import { decodeModel, type OnnxModel, type OnnxNode } from "./model.js";

export interface ReadOnnxOptions {
  /**
   * The name of a GRU node, or of one of its outputs, in a graph that computes more than a GRU network. Reads the chain
   * of GRU nodes that begins there, and the linear head if its output is one of the graph. `warnings` name what is left out.
   */
  readonly node?: string;
}

/**
 * Reads the stacked GRU nodes of an ONNX model and the linear head (MatMul with Add, or Gemm) after the last one.
 * @throws ModelFileError for bytes that are not an ONNX model, for a graph with other computations unless `node` says
 * where to begin, and for a `node` that the graph does not contain.
 */
export function readOnnx(bytes: Uint8Array, options: ReadOnnxOptions = {}): Imported {
  expectBytes("readOnnx", bytes);
  expectKeys("readOnnx", options, ["node"]);
  if (options.node !== undefined && typeof options.node !== "string")
    throw new TypeError(`readOnnx: node: expected the name of a GRU node, got ${typeof options.node}`);
  return namingForeignFormat("readOnnx", "an ONNX model", bytes, () => read(decodeModel(bytes), options));
}

/** Reads the part of a model that the options name, or all of it. */
function read(model: OnnxModel, { node }: ReadOnnxOptions): Imported {
  const graph = new Graph(model.graph);
  if (graph.gru.length === 0)
    unsupported("ONNX", "a GRU node", [...new Set(model.graph.nodes.map(({ op }) => op))].join(", ") || "none");
  if (node !== undefined) return readNetwork(model, graph, graph.gruNamed(node));
  try {
    return readNetwork(model, graph);
  } catch (error) {
    if (!(error instanceof ModelFileError) || error.reason !== "unsupported" || graph.gru.length === 1) throw error;
    const advice = `the graph has ${graph.gru.length} GRU nodes: choose the first to read with { node }`;
    throw new ModelFileError("unsupported", `${error.message}; ${advice}: ${graph.gruNames()}`, { cause: error });
  }
}

/** Reads a graph of which every node is understood or, from a `start`, a part of one. */
function readNetwork({ producer, metadata }: OnnxModel, graph: Graph, start?: OnnxNode): Imported {
  const warnings: string[] = [];
  /** Reads something around the GRU nodes; in a part of a graph, what is not supported becomes a warning. */
  const around = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      if (!start || !(error instanceof ModelFileError) || error.reason !== "unsupported") throw error;
      warnings.push(`not read: ${error.message}`);
      return undefined;
    }
  };
  const chain = start ? readChainFrom(graph, start) : readChain(graph);
  const layers = chain.nodes.map((node) => readNode(graph, node));
  const first = layers[0]!;
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
  const head = around(() => readHead(graph, chain.states, chain.value, features));
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
  const initialState = around(() => readInitialState(graph, chain.nodes, { directions, hiddenSize }));
  const order = around(() => orderOfInput(graph, chain.nodes[0]!, first.layout));
  // the example is one of the whole graph
  const example = start ? undefined : metadata[EXAMPLE_KEY];
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
    ...(order && { order }),
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
