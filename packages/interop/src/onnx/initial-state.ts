import type { Tensor } from "@sluice/model";
import { unreadable, unsupported } from "../model-file-error.js";
import { type Graph, label } from "./graph.js";
import type { OnnxNode } from "./model.js";

/** The constant initial states of all layers, (L × directions, B, H); undefined if they are zero or inputs of the graph. */
export function readInitialState(
  graph: Graph,
  nodes: readonly OnnxNode[],
  { directions, hiddenSize }: { readonly directions: number; readonly hiddenSize: number },
): Tensor | undefined {
  const states = nodes.map((node) => stateOf(graph, node, directions, hiddenSize));
  const batch = states.find(Boolean)?.shape[1];
  if (batch === undefined) return undefined;
  const size = directions * batch * hiddenSize;
  const data = new Float32Array(nodes.length * size);
  for (const [i, state] of states.entries()) {
    if (state && state.shape[1] !== batch)
      unreadable(`${label(nodes[i]!)}: initial_h`, `a batch of ${batch}`, state.shape[1]);
    if (state) data.set(state.data, i * size);
  }
  return { data, shape: [nodes.length * directions, batch, hiddenSize] };
}

function stateOf(graph: Graph, node: OnnxNode, directions: number, hiddenSize: number): Tensor | undefined {
  const where = `${label(node)}: initial_h`;
  const name = node.inputs[5];
  if (!name) return undefined;
  const source = sourceOf(graph, where, name);
  if (!source) return undefined;
  const { tensor, isPart } = source;
  if (tensor.data.every((v) => v === 0)) return undefined;
  if (isPart) unsupported(where, "zero, an input, or a constant of its own", "a slice of a constant");
  const batchFirst = node.attributes["layout"] === 1;
  const [first, second, units] = tensor.shape;
  if (units !== hiddenSize || (batchFirst ? second : first) !== directions)
    unreadable(where, `${directions} directions of ${hiddenSize} units`, `[${tensor.shape.join(", ")}]`);
  return batchFirst ? swapAxes(tensor) : tensor;
}

/** The constant that a state comes from; undefined if it is zero or an input of the graph. */
function sourceOf(graph: Graph, where: string, from: string) {
  let [name, isPart] = [from, false];
  for (const seen = new Set<string>(); !seen.has(name); ) {
    if (graph.constant(name)) return { tensor: graph.floats(where, name, 3), isPart };
    if (graph.isInput(name)) return undefined;
    seen.add(name);
    const node = graph.producer(name);
    if (node?.op === "ConstantOfShape") {
      const value = node.attributes["value"];
      const floats = typeof value === "object" && "floats" in value ? value.floats : undefined;
      if (floats?.some((v) => v !== 0))
        unsupported(where, "zero, an input or a constant", `ConstantOfShape of ${floats[0]}`);
      return undefined;
    }
    if (!node || !["Expand", "Identity", "Slice", "Transpose"].includes(node.op))
      unsupported(where, "zero, an input or a constant", node ? `the output of ${label(node)}` : name);
    isPart ||= node.op === "Slice" || node.op === "Transpose";
    name = node.inputs[0] ?? "";
  }
  return unreadable(where, "a graph without cycles", "a cycle");
}

/** (B,D,H) → (D,B,H) */
function swapAxes({ data, shape }: Tensor): Tensor {
  const [B, D, H] = shape as [number, number, number];
  const out = new Float32Array(data.length);
  for (let b = 0; b < B; b++)
    for (let d = 0; d < D; d++) out.set(data.subarray((b * D + d) * H, (b * D + d + 1) * H), (d * B + b) * H);
  return { data: out, shape: [D, B, H] };
}
