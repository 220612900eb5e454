import type { Tensor } from "@sluice/model";
import { unreadable, unsupported } from "../model-file-error.js";
import { readActivations } from "./activations.js";
import { type Graph, label } from "./graph.js";
import type { OnnxNode } from "./model.js";

/** The weights and attributes of a GRU node. */
export type GruNode = ReturnType<typeof readNode>;

const KNOWN = [
  "hidden_size",
  "direction",
  "layout",
  "linear_before_reset",
  "activations",
  "activation_alpha",
  "activation_beta",
];

/** Reads a GRU node and checks that its attributes and weights agree. */
export function readNode(graph: Graph, node: OnnxNode) {
  const where = label(node);
  for (const name of Object.keys(node.attributes))
    if (!KNOWN.includes(name)) unsupported(where, `attributes among ${KNOWN.join(", ")}`, name);
  const { direction = "forward", layout = 0, linear_before_reset: linearBeforeReset = 0 } = node.attributes;
  if (direction !== "forward" && direction !== "reverse" && direction !== "bidirectional")
    unreadable(`${where}: direction`, "forward, reverse or bidirectional", direction);
  if (layout !== 0 && layout !== 1) unreadable(`${where}: layout`, "0 or 1", layout);
  if (linearBeforeReset !== 0 && linearBeforeReset !== 1)
    unreadable(`${where}: linear_before_reset`, "0 or 1", linearBeforeReset);
  const directions = direction === "bidirectional" ? 2 : 1;

  const w = graph.floats(`${where}: W`, node.inputs[1], 3);
  const r = graph.floats(`${where}: R`, node.inputs[2], 3);
  const b = node.inputs[3] ? graph.floats(`${where}: B`, node.inputs[3], 2) : undefined;
  const hiddenSize = r.shape[2]!;
  const inputs = w.shape[2]!;
  if (hiddenSize === 0 || inputs === 0)
    unreadable(where, "at least one unit and one input", `${hiddenSize} and ${inputs}`);
  const stated = node.attributes["hidden_size"];
  if (stated !== undefined && stated !== hiddenSize) unreadable(`${where}: hidden_size`, `R's ${hiddenSize}`, stated);
  expectShape(`${where}: W`, w, [directions, 3 * hiddenSize, inputs]);
  expectShape(`${where}: R`, r, [directions, 3 * hiddenSize, hiddenSize]);
  if (b) expectShape(`${where}: B`, b, [directions, 6 * hiddenSize]);
  const hasLengths = node.inputs[4] !== undefined && node.inputs[4] !== "";
  const { gate, candidate } = readActivations(node, directions);
  return {
    where,
    direction,
    layout,
    linearBeforeReset,
    hiddenSize,
    inputs,
    w,
    r,
    b,
    hasLengths,
    gate,
    candidate,
  } as const;
}

function expectShape(where: string, { shape }: Tensor, expected: readonly number[]): void {
  if (String(shape) !== String(expected)) unreadable(where, `[${expected.join(", ")}]`, `[${shape.join(", ")}]`);
}
