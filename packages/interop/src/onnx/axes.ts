import { unsupported } from "../model-file-error.js";
import { type Graph, integerList, label } from "./graph.js";
import type { OnnxNode } from "./model.js";

/** The meaning of an axis: time steps, batch, directions, units, features (units of all directions), or an axis of size 1. */
export type Axis = "T" | "B" | "D" | "H" | "F" | "one";

/** A value between the states of a GRU and the head. */
export interface Value {
  readonly axes: readonly Axis[];
  /** Set if the value has only one step: the last, or each direction's own final one. */
  readonly outputs?: "last" | "final";
}

const IDENTITIES = ["Identity", "Dropout"];
const textOf = (axes: readonly Axis[]) => `(${axes.join(",")})`;

/** The value after a node that only moves numbers; undefined for any other node. */
export function moveAxes(
  graph: Graph,
  node: OnnxNode,
  value: Value,
  { directions, features }: { readonly directions: number; readonly features: number },
): Value | undefined {
  if (IDENTITIES.includes(node.op)) return value;
  const { axes } = value;
  const at = (n: number) => (n < 0 ? n + axes.length : n);
  switch (node.op) {
    case "Transpose":
      return { ...value, axes: orderOf(node, axes.length).map((i) => axes[i]!) };
    case "Squeeze": {
      const given = graph.integers(node, "axes", 1)?.map(at);
      if (!given) unsupported(label(node), "constant axes", "none");
      const wide = given.find((i) => axes[i] !== "one" && !(axes[i] === "D" && directions === 1));
      if (wide !== undefined) unsupported(label(node), `an axis of size 1 of ${textOf(axes)}`, axes[wide] ?? wide);
      return { ...value, axes: withFeatures(axes.filter((_, i) => !given.includes(i))) };
    }
    case "Reshape": {
      const shape = graph.constant(node.inputs[1])?.integers;
      if (!shape) unsupported(label(node), "a constant shape", "none");
      const d = axes.indexOf("D");
      // a size of 0 keeps that of the same index, which is right only before the removed axis
      const joins =
        d >= 0 &&
        shape.length === axes.length - 1 &&
        (directions === 1 || axes[d + 1] === "H") &&
        [-1, features].includes(shape[axes.indexOf("H") - (axes.indexOf("H") > d ? 1 : 0)]!) &&
        !shape.slice(d).includes(0);
      if (!joins)
        unsupported(
          label(node),
          `directions and units of ${textOf(axes)} side by side`,
          `the shape [${shape.join(", ")}]`,
        );
      return { ...value, axes: axes.filter((_, i) => i !== d).map((axis) => (axis === "H" ? "F" : axis)) };
    }
    case "Gather": {
      const { axis: given = 0 } = node.attributes;
      if (typeof given !== "number") unsupported(`${label(node)}: axis`, "an integer", given);
      const axis = at(given);
      const index = graph.constant(node.inputs[1]);
      const one = index?.integers?.length === 1 ? index.integers[0] : undefined;
      const rest = axes.flatMap((name, i) =>
        i !== axis ? [name] : index?.shape.length === 0 ? [] : ["one" as const],
      );
      if (axes[axis] === "T" && one === -1) return { axes: rest, outputs: "last" };
      if (axes[axis] === "D" && directions === 1 && (one === 0 || one === -1))
        return { ...value, axes: withFeatures(rest) };
      return unsupported(
        label(node),
        "the last step (index −1 on the axis of time steps)",
        `index ${one} on ${axes[axis]}`,
      );
    }
    case "Slice": {
      const [starts, ends, given] = ["starts", "ends", "axes"].map((name, i) => graph.integers(node, name, i + 1));
      const axis = at(given?.[0] ?? 0);
      const last = starts?.length === 1 && starts[0] === -1 && (ends?.[0] ?? 0) >= 2 ** 31 - 1;
      if (axes[axis] !== "T" || !last)
        unsupported(
          label(node),
          "the last step (from −1 on the axis of time steps)",
          `[${starts}]…[${ends}] on ${axes[axis]}`,
        );
      return { axes: axes.map((name, i) => (i === axis ? "one" : name)), outputs: "last" };
    }
    default:
      return undefined;
  }
}

/** The order of axes after a Transpose; reversed by default. */
function orderOf(node: OnnxNode, rank: number): readonly number[] {
  const perm = node.attributes["perm"];
  const axes = Array.from({ length: rank }, (_, i) => i);
  const order = perm === undefined ? [...axes].reverse() : integerList(`${label(node)}: perm`, perm);
  if (order.length !== rank || axes.some((i) => !order.includes(i)))
    unsupported(label(node), `an order of ${rank} axes`, `[${order}]`);
  return order;
}

/** Without an axis of directions, units are features. */
const withFeatures = (axes: readonly Axis[]): readonly Axis[] =>
  axes.includes("D") ? axes : axes.map((axis) => (axis === "H" ? "F" : axis));

/** The axes of the graph's input, found by following the first GRU's input backwards. */
export function orderOfInput(graph: Graph, first: OnnxNode, layout: number): "TBI" | "BTI" {
  let axes: readonly string[] = layout === 1 ? ["B", "T", "I"] : ["T", "B", "I"];
  let name = first.inputs[0] ?? "";
  const seen = new Set<string>();
  while (!graph.isInput(name)) {
    const node = graph.producer(name);
    const known = node && !seen.has(name) && (IDENTITIES.includes(node.op) || node.op === "Transpose");
    if (!known)
      unsupported(
        `${label(first)}: X`,
        "an input of the graph, or its Transpose",
        node ? `the output of ${label(node)}` : name,
      );
    seen.add(name);
    if (node.op === "Transpose") {
      const order = orderOf(node, axes.length);
      axes = axes.map((_, from) => axes[order.indexOf(from)]!);
    }
    name = node.inputs[0] ?? "";
  }
  const order = axes.join("");
  if (order !== "TBI" && order !== "BTI")
    unsupported(`${label(first)}: X`, "an input (T,B,I) or (B,T,I)", `(${axes.join(",")})`);
  return order;
}
