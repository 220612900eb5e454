import { unreadable, unsupported } from "../model-file-error.js";
import { moveAxes, type Value } from "./axes.js";
import { type Graph, label } from "./graph.js";
import type { OnnxNode } from "./model.js";

export interface Chain {
  readonly nodes: readonly OnnxNode[];
  /** The name of the states of the last GRU, after the nodes that only move numbers. */
  readonly states: string;
  readonly value: Value;
}

/** Reads the GRU nodes in order: the input of each is the output of the previous one. */
export function readChain(graph: Graph): Chain {
  const links = new Map(graph.gru.map((node) => [node, followStates(graph, node)]));
  const followers = new Set([...links.values()].map(({ next }) => next));
  const nodes: OnnxNode[] = [];
  let [states, value]: [string, Value] = ["", { axes: [] }];
  let node = graph.gru.find((start) => !followers.has(start));
  while (node) {
    nodes.push(node);
    ({ states, value, next: node } = links.get(node)!);
  }
  if (nodes.length !== graph.gru.length)
    unsupported("ONNX", "GRU nodes in one chain", `${graph.gru.length}, of which ${nodes.length} are`);
  return { nodes, states, value };
}

/** Follows a GRU's states through nodes that only move numbers, to the next GRU or to another node. */
function followStates(graph: Graph, gru: OnnxNode): { states: string; value: Value; next?: OnnxNode } {
  const [all = "", final = ""] = gru.outputs;
  const layout = gru.attributes["layout"] === 1;
  const directions = gru.attributes["direction"] === "bidirectional" ? 2 : 1;
  const features = directions * (graph.constant(gru.inputs[2])?.shape[2] ?? 0);
  const isUsed = (name: string) => name !== "" && (graph.isOutput(name) || graph.consumers(name).length > 0);
  let [states, value]: [string, Value] = isUsed(all)
    ? [all, { axes: layout ? ["B", "T", "D", "H"] : ["T", "D", "B", "H"] }]
    : [final, { axes: layout ? ["B", "D", "H"] : ["D", "B", "H"], outputs: "final" }];
  if (!isUsed(states)) unreadable(label(gru), "states that the graph uses", "none");
  const seen = new Set<string>();
  while (!seen.has(states)) {
    seen.add(states);
    const [node, other] = graph.consumers(states).filter((consumer) => !outputsFinalStates(graph, consumer));
    if (!node) break;
    if (other) unsupported(`${label(gru)}: states`, "one node that uses them", `${label(node)} and ${label(other)}`);
    if (node.op === "GRU") {
      const wanted = node.attributes["layout"] === 1 ? "BTF" : "TBF";
      if (value.axes.join("") !== wanted)
        unsupported(`${label(node)}: X`, `states of all steps, axes ${wanted}`, value.axes.join(""));
      return { states, value, next: node };
    }
    const moved = moveAxes(graph, node, value, { directions, features });
    if (!moved) break;
    states = node.outputs[0] ?? "";
    value = moved;
  }
  return { states, value };
}

/** Whether a node concatenates the final states of all layers as a further output of the graph. */
const outputsFinalStates = (graph: Graph, { op, outputs }: OnnxNode) =>
  op === "Concat" && graph.isOutput(outputs[0] ?? "");
