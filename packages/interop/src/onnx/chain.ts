import { ModelFileError, unreadable, unsupported } from "../model-file-error.js";
import { moveAxes, type Value } from "./axes.js";
import { type Graph, label } from "./graph.js";
import type { OnnxNode } from "./model.js";

export interface Chain {
  readonly nodes: readonly OnnxNode[];
  /** The name of the states of the last GRU, after the nodes that only move numbers. */
  readonly states: string;
  readonly value: Value;
}

/** Reads all GRU nodes in order: the input of each is the output of the previous one. */
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

/** Reads the chain that begins at a GRU node, up to the first node that does not only move numbers. */
export function readChainFrom(graph: Graph, start: OnnxNode): Chain {
  const nodes = [start];
  for (;;) {
    const { states, value, next } = followAsFarAsPossible(graph, nodes.at(-1)!);
    if (!next || nodes.includes(next) || !isStackable(graph, nodes[0]!, next)) return { nodes, states, value };
    nodes.push(next);
  }
}

/** The states themselves, if they cannot be followed. */
function followAsFarAsPossible(graph: Graph, gru: OnnxNode): Followed {
  try {
    return followStates(graph, gru);
  } catch (error) {
    if (!(error instanceof ModelFileError) || error.reason !== "unsupported") throw error;
    return statesOf(graph, gru);
  }
}

/** Whether two GRU nodes can be layers of one network. */
function isStackable(graph: Graph, a: OnnxNode, b: OnnxNode): boolean {
  const settings = (node: OnnxNode) => {
    const { direction = "forward", linear_before_reset: after = 0, activations = "" } = node.attributes;
    return JSON.stringify([direction, after, activations, graph.constant(node.inputs[2])?.shape]);
  };
  return settings(a) === settings(b);
}

interface Followed {
  readonly states: string;
  readonly value: Value;
  /** The GRU node whose input the states are. */
  readonly next?: OnnxNode;
}

/** The output of a GRU node that the graph uses: the states of all steps, or else the final ones. */
function statesOf(graph: Graph, gru: OnnxNode): Followed {
  const [all = "", final = ""] = gru.outputs;
  const layout = gru.attributes["layout"] === 1;
  const isUsed = (name: string) => name !== "" && (graph.isOutput(name) || graph.consumers(name).length > 0);
  const followed: Followed = isUsed(all)
    ? { states: all, value: { axes: layout ? ["B", "T", "D", "H"] : ["T", "D", "B", "H"] } }
    : { states: final, value: { axes: layout ? ["B", "D", "H"] : ["D", "B", "H"], outputs: "final" } };
  if (!isUsed(followed.states)) unreadable(label(gru), "states that the graph uses", "none");
  return followed;
}

/** Follows a GRU's states through nodes that only move numbers, to the next GRU or to another node. */
function followStates(graph: Graph, gru: OnnxNode): Followed {
  const directions = gru.attributes["direction"] === "bidirectional" ? 2 : 1;
  const features = directions * (graph.constant(gru.inputs[2])?.shape[2] ?? 0);
  let { states, value } = statesOf(graph, gru);
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
