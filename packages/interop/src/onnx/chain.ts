import { refuse } from "../refuse.js";
import { follow, type Place } from "./axes.js";
import { type Graph, label } from "./graph.js";
import type { OnnxNode } from "./model.js";

export interface Chain {
  readonly nodes: readonly OnnxNode[];
  /** The value behind the last GRU and what only moves its numbers. */
  readonly end: string;
  readonly place: Place;
}

/** The GRU nodes in their order, each fed by the one before. */
export function readChain(graph: Graph): Chain {
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
