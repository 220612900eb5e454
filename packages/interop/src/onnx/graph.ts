import { refuse } from "../refuse.js";
import { FLOAT, type OnnxGraph, type OnnxNode, type OnnxTensor } from "./model.js";

/** A graph whose values are found by name. */
export class Graph {
  readonly gru: readonly OnnxNode[];
  readonly #graph: OnnxGraph;
  readonly #constants = new Map<string, OnnxTensor>();
  readonly #producers = new Map<string, OnnxNode>();
  readonly #consumers = new Map<string, OnnxNode[]>();

  constructor(graph: OnnxGraph) {
    this.#graph = graph;
    for (const tensor of graph.initializers) this.#constants.set(tensor.name, tensor);
    for (const node of graph.nodes) {
      const value = node.attributes["value"];
      if (node.op === "Constant" && isTensor(value)) this.#constants.set(node.outputs[0] ?? "", value);
      for (const output of node.outputs) {
        if (this.#producers.has(output)) refuse("ONNX graph", "each value made by one node", `${output} made twice`);
        if (output) this.#producers.set(output, node);
      }
      for (const input of new Set(node.inputs)) {
        const list = this.#consumers.get(input);
        if (list) list.push(node);
        else this.#consumers.set(input, [node]);
      }
    }
    this.gru = graph.nodes.filter(({ op }) => op === "GRU");
  }

  isInput(name: string): boolean {
    return !this.#constants.has(name) && this.#graph.inputs.some((value) => value.name === name);
  }

  isOutput(name: string): boolean {
    return this.#graph.outputs.some((value) => value.name === name);
  }

  producer(name: string): OnnxNode | undefined {
    return this.#producers.get(name);
  }

  /** The nodes that take a value as data; those that ask for its shape alone do not count. */
  consumers(name: string): readonly OnnxNode[] {
    return (this.#consumers.get(name) ?? []).filter(({ op }) => op !== "Shape");
  }

  constant(name: string | undefined): OnnxTensor | undefined {
    return name ? this.#constants.get(name) : undefined;
  }

  /** A constant of f32 of one of these ranks. */
  floats(where: string, name: string | undefined, ...ranks: readonly number[]) {
    const tensor = this.constant(name);
    if (!tensor) {
      const op = this.producer(name ?? "")?.op;
      refuse(where, "a constant in the file", op ? `the output of ${op}` : (name ?? "none"));
    }
    if (tensor.type !== FLOAT || !tensor.floats)
      refuse(where, "f32 numbers (ONNX type 1); convert the model", `type ${tensor.type}`);
    if (!ranks.includes(tensor.shape.length))
      refuse(where, `${ranks.join(" or ")} dimensions`, `[${tensor.shape.join(", ")}]`);
    return { data: tensor.floats, shape: tensor.shape };
  }

  /** Whole numbers of an attribute, as older operators have them, or of a constant input. */
  integers(node: OnnxNode, attribute: string, input: number): readonly number[] | undefined {
    const value = node.attributes[attribute];
    if (Array.isArray(value)) return value as readonly number[];
    return this.constant(node.inputs[input])?.integers;
  }
}

function isTensor(value: unknown): value is OnnxTensor {
  return typeof value === "object" && value !== null && "type" in value;
}

/** How a node is named in an error. */
export const label = ({ op, name, outputs }: OnnxNode) => `${op} ${name || outputs.find(Boolean) || ""}`.trim();
