import type { StateDict, Tensor } from "@sluice/model";
import { refuse } from "../refuse.js";
import { follow, type Place } from "./axes.js";
import { type Graph, label } from "./graph.js";
import type { OnnxNode } from "./model.js";

/** The linear layer that takes a value of `features` numbers, up to the graph's output; nothing where the value is that output. */
export function readHead(graph: Graph, from: string, place: Place, features: number) {
  const [node, other] = graph.consumers(from);
  if (!node) return undefined;
  if (other) refuse("ONNX head", "one node that takes the states", `${label(node)} and ${label(other)}`);
  if (node.op !== "MatMul" && node.op !== "Gemm")
    refuse("ONNX", "GRU, Squeeze, Transpose, Reshape, Gather, Slice, MatMul or Gemm behind a GRU", label(node));
  if (place.axes.at(-1) !== "F") refuse(`${label(node)}`, "the features as last axis", `(${place.axes.join(",")})`);
  const { weight, bias: within, end: product } = node.op === "Gemm" ? gemm(graph, node) : matmul(graph, node);
  const [outputSize = 0, columns] = weight.shape;
  if (columns !== features) refuse(label(node), `weights of ${features} inputs`, columns);

  const [next] = graph.consumers(product);
  const adds = !within && next?.op === "Add" ? next : undefined;
  const vector = adds && graph.constant(adds.inputs[0]) ? adds.inputs[0] : adds?.inputs[1];
  const bias = within ?? (adds && graph.floats(`${label(adds)}: bias`, vector, 1, 2, 3));
  if (bias && bias.data.length !== outputSize)
    refuse(label(adds ?? node), `a bias of ${outputSize} numbers`, bias.data.length);
  const zero = new Float32Array(outputSize);
  const tensors: StateDict = {
    "head.weight": weight,
    "head.bias": { data: bias?.data ?? zero, shape: [outputSize] },
  };
  return { outputSize, tensors, place: toOutput(graph, adds?.outputs[0] ?? product, place) };
}

/** Weights (O, features). */
interface Product {
  readonly weight: Tensor;
  readonly bias?: Tensor;
  readonly end: string;
}

function matmul(graph: Graph, node: OnnxNode): Product {
  return { weight: transpose(graph.floats(`${label(node)}: B`, node.inputs[1], 2)), end: node.outputs[0] ?? "" };
}

function gemm(graph: Graph, node: OnnxNode): Product {
  const { alpha = 1, beta = 1, transA = 0, transB = 0 } = node.attributes;
  if (alpha !== 1 || beta !== 1 || transA !== 0)
    refuse(label(node), "alpha 1, beta 1, transA 0", `${alpha}, ${beta}, ${transA}`);
  const weight = graph.floats(`${label(node)}: B`, node.inputs[1], 2);
  const bias = node.inputs[2] ? graph.floats(`${label(node)}: C`, node.inputs[2], 1, 2) : undefined;
  return { weight: transB === 1 ? weight : transpose(weight), ...(bias && { bias }), end: node.outputs[0] ?? "" };
}

export function transpose({ data, shape: [rows = 0, columns = 0] }: Tensor): Tensor {
  const turned = Float32Array.from(
    { length: rows * columns },
    (_, i) => data[(i % rows) * columns + Math.floor(i / rows)]!,
  );
  return { data: turned, shape: [columns, rows] };
}

/** Behind the head only what moves numbers may stand; a step may be chosen here, too. */
function toOutput(graph: Graph, from: string, start: Place): Place {
  let [end, place] = [from, start];
  const seen = new Set<string>();
  for (;;) {
    const [node] = graph.consumers(end);
    if (!node) return place;
    const moved = seen.has(end) ? undefined : follow(graph, node, place, { directions: 1, features: 0 });
    if (!moved) refuse("ONNX", "the head's output as output of the graph", label(node));
    seen.add(end);
    place = moved;
    end = node.outputs[0] ?? "";
  }
}
