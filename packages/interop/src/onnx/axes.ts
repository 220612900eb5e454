import { refuse } from "../refuse.js";
import { type Graph, label } from "./graph.js";
import type { OnnxNode } from "./model.js";

/** What a dimension counts: steps, rows of the batch, directions, units (or units of both directions side by side). */
export type Axis = "T" | "B" | "D" | "H" | "F" | "one";

/** A value on its way from the states to the head. */
export interface Place {
  readonly axes: readonly Axis[];
  /** Set once one step is taken out of all. */
  readonly outputs?: "last" | "final";
}

const PASSING = ["Identity", "Dropout"];
const words = (axes: readonly Axis[]) => `(${axes.join(",")})`;

/** What a node that only moves numbers makes of a value's axes; undefined for any other node. */
export function follow(
  graph: Graph,
  node: OnnxNode,
  place: Place,
  { directions, features }: { readonly directions: number; readonly features: number },
): Place | undefined {
  if (PASSING.includes(node.op)) return place;
  const { axes } = place;
  const at = (n: number) => (n < 0 ? n + axes.length : n);
  switch (node.op) {
    case "Transpose":
      return { ...place, axes: orderOf(node, axes.length).map((i) => axes[i]!) };
    case "Squeeze": {
      const given = graph.integers(node, "axes", 1)?.map(at);
      if (!given) refuse(label(node), "constant axes", "none");
      const wide = given.find((i) => axes[i] !== "one" && !(axes[i] === "D" && directions === 1));
      if (wide !== undefined) refuse(label(node), `an axis of size 1 of ${words(axes)}`, axes[wide] ?? wide);
      return { ...place, axes: merged(axes.filter((_, i) => !given.includes(i))) };
    }
    case "Reshape": {
      const shape = graph.constant(node.inputs[1])?.integers;
      if (!shape) refuse(label(node), "a constant shape", "none");
      const d = axes.indexOf("D");
      // a 0 keeps the size at its own index, which holds only before the axis that goes
      const joins =
        d >= 0 &&
        shape.length === axes.length - 1 &&
        (directions === 1 || axes[d + 1] === "H") &&
        [-1, features].includes(shape[axes.indexOf("H") - (axes.indexOf("H") > d ? 1 : 0)]!) &&
        !shape.slice(d).includes(0);
      if (!joins)
        refuse(label(node), `directions and units of ${words(axes)} side by side`, `the shape [${shape.join(", ")}]`);
      return { ...place, axes: axes.filter((_, i) => i !== d).map((axis) => (axis === "H" ? "F" : axis)) };
    }
    case "Gather": {
      const axis = at((node.attributes["axis"] as number | undefined) ?? 0);
      const index = graph.constant(node.inputs[1]);
      const one = index?.integers?.length === 1 ? index.integers[0] : undefined;
      const rest = axes.flatMap((name, i) =>
        i !== axis ? [name] : index?.shape.length === 0 ? [] : ["one" as const],
      );
      if (axes[axis] === "T" && one === -1) return { axes: rest, outputs: "last" };
      if (axes[axis] === "D" && directions === 1 && (one === 0 || one === -1))
        return { ...place, axes: merged(rest) };
      return refuse(label(node), "the last step (index −1 on the axis of steps)", `index ${one} on ${axes[axis]}`);
    }
    case "Slice": {
      const [starts, ends, given] = ["starts", "ends", "axes"].map((name, i) => graph.integers(node, name, i + 1));
      const axis = at(given?.[0] ?? 0);
      const last = starts?.length === 1 && starts[0] === -1 && (ends?.[0] ?? 0) >= 2 ** 31 - 1;
      if (axes[axis] !== "T" || !last)
        refuse(label(node), "the last step (from −1 on the axis of steps)", `[${starts}]…[${ends}] on ${axes[axis]}`);
      return { axes: axes.map((name, i) => (i === axis ? "one" : name)), outputs: "last" };
    }
    default:
      return undefined;
  }
}

/** The axes that a Transpose puts first, second, …; backwards where it names none. */
function orderOf(node: OnnxNode, rank: number): readonly number[] {
  const perm = node.attributes["perm"];
  const axes = Array.from({ length: rank }, (_, i) => i);
  const order = Array.isArray(perm) ? (perm as readonly number[]) : axes.toReversed();
  if (order.length !== rank || axes.some((i) => !order.includes(i)))
    refuse(label(node), `an order of ${rank} axes`, `[${order}]`);
  return order;
}

/** Once there is no axis of directions, units are features. */
const merged = (axes: readonly Axis[]): readonly Axis[] =>
  axes.includes("D") ? axes : axes.map((axis) => (axis === "H" ? "F" : axis));

/** What the axes of a graph's input are, given those that the first GRU takes: the same nodes, against the arrows. */
export function orderOfInput(graph: Graph, first: OnnxNode, layout: number): "TBI" | "BTI" {
  let axes: readonly string[] = layout === 1 ? ["B", "T", "I"] : ["T", "B", "I"];
  let name = first.inputs[0] ?? "";
  const seen = new Set<string>();
  while (!graph.isInput(name)) {
    const node = graph.producer(name);
    const known = node && !seen.has(name) && (PASSING.includes(node.op) || node.op === "Transpose");
    if (!known)
      refuse(
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
    refuse(`${label(first)}: X`, "an input (T,B,I) or (B,T,I)", `(${axes.join(",")})`);
  return order;
}
