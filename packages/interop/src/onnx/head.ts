import type { StateDict, Tensor } from "@sluice/model";
import { unreadable, unsupported } from "../model-file-error.js";
import { moveAxes, type Value } from "./axes.js";
import { type Graph, label } from "./graph.js";
import type { OnnxNode } from "./model.js";

/**
 * Reads the linear head between the states, `features` numbers, and the graph's output; undefined if the states are the output.
 */
export function readHead(graph: Graph, states: string, value: Value, features: number) {
  const [node, other] = graph.consumers(states);
  if (!node) return undefined;
  if (other) unsupported("ONNX head", "one node that uses the states", `${label(node)} and ${label(other)}`);
  if (node.op === "GRU") unsupported(label(node), "the sizes and settings of the GRU before it", "others");
  if (node.op !== "MatMul" && node.op !== "Gemm")
    unsupported("ONNX", "GRU, Squeeze, Transpose, Reshape, Gather, Slice, MatMul or Gemm after a GRU", label(node));
  if (value.axes.at(-1) !== "F") unsupported(label(node), "the features as last axis", `(${value.axes.join(",")})`);
  const { weight, bias: ownBias, output: product } = node.op === "Gemm" ? gemm(graph, node) : matmul(graph, node);
  const [outputSize = 0, columns] = weight.shape;
  if (columns !== features) unreadable(label(node), `weights of ${features} inputs`, columns);

  const [next] = graph.consumers(product);
  const add = !ownBias && next?.op === "Add" ? next : undefined;
  const vector = add && graph.constant(add.inputs[0]) ? add.inputs[0] : add?.inputs[1];
  const bias = ownBias ?? (add && graph.floats(`${label(add)}: bias`, vector, 1, 2, 3));
  if (bias && bias.data.length !== outputSize)
    unreadable(label(add ?? node), `a bias of ${outputSize} numbers`, bias.data.length);
  const tensors: StateDict = {
    "head.weight": weight,
    "head.bias": { data: bias?.data ?? new Float32Array(outputSize), shape: [outputSize] },
  };
  return { outputSize, tensors, value: followToOutput(graph, add?.outputs[0] ?? product, value) };
}

/** A product with weights (O,F); `output` is the name of its result. */
interface Product {
  readonly weight: Tensor;
  readonly bias?: Tensor;
  readonly output: string;
}

function matmul(graph: Graph, node: OnnxNode): Product {
  return { weight: transpose(graph.floats(`${label(node)}: B`, node.inputs[1], 2)), output: node.outputs[0] ?? "" };
}

function gemm(graph: Graph, node: OnnxNode): Product {
  const { alpha = 1, beta = 1, transA = 0, transB = 0 } = node.attributes;
  if (alpha !== 1 || beta !== 1 || transA !== 0)
    unsupported(label(node), "alpha 1, beta 1, transA 0", `${alpha}, ${beta}, ${transA}`);
  const weight = graph.floats(`${label(node)}: B`, node.inputs[1], 2);
  const bias = node.inputs[2] ? graph.floats(`${label(node)}: C`, node.inputs[2], 1, 2) : undefined;
  return { weight: transB === 1 ? weight : transpose(weight), ...(bias && { bias }), output: node.outputs[0] ?? "" };
}

/** (A,B) → (B,A) */
export function transpose({ data, shape: [rows = 0, columns = 0] }: Tensor): Tensor {
  const transposed = Float32Array.from(
    { length: rows * columns },
    (_, i) => data[(i % rows) * columns + Math.floor(i / rows)]!,
  );
  return { data: transposed, shape: [columns, rows] };
}

/** Follows the head's output to the output of the graph; only nodes that move numbers, or select the last step, are allowed. */
function followToOutput(graph: Graph, from: string, start: Value): Value {
  let [name, value] = [from, start];
  const seen = new Set<string>();
  for (;;) {
    const [node] = graph.consumers(name);
    if (!node) return value;
    const moved = seen.has(name) ? undefined : moveAxes(graph, node, value, { directions: 1, features: 0 });
    if (!moved) unsupported("ONNX", "the head's output as output of the graph", label(node));
    seen.add(name);
    [name, value] = [node.outputs[0] ?? "", moved];
  }
}
