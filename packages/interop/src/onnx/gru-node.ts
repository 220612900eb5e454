import type { Tensor } from "@sluice/model";
import { refuse } from "../refuse.js";
import { activationsOf } from "./activations.js";
import { type Graph, label } from "./graph.js";
import type { OnnxNode } from "./model.js";

/** What a GRU node says: its weights and attributes. */
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

/** Attributes and weights of one node, each held to the others. */
export function readNode(graph: Graph, node: OnnxNode) {
  const where = label(node);
  for (const name of Object.keys(node.attributes))
    if (!KNOWN.includes(name)) refuse(where, `attributes among ${KNOWN.join(", ")}`, name);
  const { direction = "forward", layout = 0, linear_before_reset: linearBeforeReset = 0 } = node.attributes;
  if (direction !== "forward" && direction !== "reverse" && direction !== "bidirectional")
    refuse(`${where}: direction`, "forward, reverse or bidirectional", direction);
  if (layout !== 0 && layout !== 1) refuse(`${where}: layout`, "0 or 1", layout);
  if (linearBeforeReset !== 0 && linearBeforeReset !== 1)
    refuse(`${where}: linear_before_reset`, "0 or 1", linearBeforeReset);
  const directions = direction === "bidirectional" ? 2 : 1;

  const w = graph.floats(`${where}: W`, node.inputs[1], 3);
  const r = graph.floats(`${where}: R`, node.inputs[2], 3);
  const b = node.inputs[3] ? graph.floats(`${where}: B`, node.inputs[3], 2) : undefined;
  const hiddenSize = r.shape[2]!;
  const inputs = w.shape[2]!;
  if (hiddenSize === 0 || inputs === 0)
    refuse(where, "at least one unit and one input", `${hiddenSize} and ${inputs}`);
  const said = node.attributes["hidden_size"];
  if (said !== undefined && said !== hiddenSize) refuse(`${where}: hidden_size`, `R's ${hiddenSize}`, said);
  expectSizes(`${where}: W`, w, [directions, 3 * hiddenSize, inputs]);
  expectSizes(`${where}: R`, r, [directions, 3 * hiddenSize, hiddenSize]);
  if (b) expectSizes(`${where}: B`, b, [directions, 6 * hiddenSize]);
  const lengths = node.inputs[4] !== undefined && node.inputs[4] !== "";
  const { gate, candidate } = activationsOf(node, directions);
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
    lengths,
    gate,
    candidate,
  } as const;
}

function expectSizes(where: string, { shape }: Tensor, expected: readonly number[]): void {
  if (String(shape) !== String(expected)) refuse(where, `[${expected.join(", ")}]`, `[${shape.join(", ")}]`);
}
