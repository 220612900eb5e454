import { unreadable, unsupported } from "../model-file-error.js";
import { FLOAT, type OnnxAttribute, type OnnxGraph, type OnnxNode, type OnnxTensor } from "./model.js";

const MAX_NAMES = 40;
const MAX_NAME_LENGTH = 120;

/** A name in quotes, without control characters. */
const quoted = (name: string) => JSON.stringify(name.slice(0, MAX_NAME_LENGTH));

/** A graph with access to values by name. */
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
        if (this.#producers.has(output)) unreadable("ONNX graph", "one node for each value", `two for ${output}`);
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

  /** The GRU node of this name; a node without a name of its own is known by that of an output. */
  gruNamed(name: string): OnnxNode {
    const named = this.gru.filter((node) => node.name === name);
    const found = named.length > 0 ? named : this.gru.filter(({ outputs }) => name !== "" && outputs.includes(name));
    if (found.length !== 1)
      unsupported(
        "ONNX node",
        `one GRU node among ${this.gruNames()}`,
        found.length ? `${found.length} named ${name}` : name,
      );
    return found[0]!;
  }

  /** The names by which `gruNamed` finds the GRU nodes, at most 40 of them. */
  gruNames(): string {
    const names = this.gru.map(({ name = "", outputs }) => {
      const isUnique = name !== "" && this.gru.filter((other) => other.name === name).length === 1;
      return isUnique ? name : (outputs.find(Boolean) ?? "");
    });
    const more = names.length > MAX_NAMES ? [`and ${names.length - MAX_NAMES} more`] : [];
    return [...names.slice(0, MAX_NAMES).map(quoted), ...more].join(", ");
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

  /** The nodes that use a value, except for those that use only its shape. */
  consumers(name: string): readonly OnnxNode[] {
    return (this.#consumers.get(name) ?? []).filter(({ op }) => op !== "Shape");
  }

  constant(name: string | undefined): OnnxTensor | undefined {
    return name ? this.#constants.get(name) : undefined;
  }

  /** An f32 constant with one of these ranks. */
  floats(where: string, name: string | undefined, ...ranks: readonly number[]) {
    const tensor = this.constant(name);
    if (!tensor) {
      const op = this.producer(name ?? "")?.op;
      unsupported(where, "a constant in the file", op ? `the output of ${op}` : (name ?? "none"));
    }
    if (tensor.type !== FLOAT || !tensor.floats)
      unsupported(where, "f32 numbers (ONNX type 1); convert the model", `type ${tensor.type}`);
    if (!ranks.includes(tensor.shape.length))
      unsupported(where, `${ranks.join(" or ")} dimensions`, `[${tensor.shape.join(", ")}]`);
    return { data: tensor.floats, shape: tensor.shape };
  }

  /** Integers of an attribute (older operator sets) or of a constant input (newer ones). */
  integers(node: OnnxNode, attribute: string, input: number): readonly number[] | undefined {
    const value = node.attributes[attribute];
    if (value !== undefined) return integerList(`${label(node)}: ${attribute}`, value);
    return this.constant(node.inputs[input])?.integers;
  }
}

function isTensor(value: unknown): value is OnnxTensor {
  return typeof value === "object" && value !== null && "type" in value;
}

/** An attribute that is a list of integers. */
export function integerList(where: string, value: OnnxAttribute): readonly number[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  if (!Array.isArray(value) || !list.every((n) => Number.isInteger(n)))
    unreadable(where, "a list of integers", value);
  return list as readonly number[];
}

/** The name of a node in error messages. */
export const label = ({ op, name, outputs }: OnnxNode) => `${op} ${name || outputs.find(Boolean) || ""}`.trim();
