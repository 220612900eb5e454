import type { CandidateActivation, GateActivation } from "@sluice/model";
import { unreadable, unsupported } from "../model-file-error.js";
import { label } from "./graph.js";
import type { OnnxAttribute, OnnxNode } from "./model.js";

/** An ONNX activation; alpha and beta only for those that have them. */
interface Activation {
  readonly op: string;
  readonly alpha?: number;
  readonly beta?: number;
}

const GATES: Readonly<Record<GateActivation, Activation>> = {
  sigmoid: { op: "Sigmoid" },
  "hard-sigmoid": { op: "HardSigmoid", alpha: 1 / 6, beta: 0.5 },
  "hard-sigmoid-0.2": { op: "HardSigmoid", alpha: 0.2, beta: 0.5 },
};
const CANDIDATES: Readonly<Record<CandidateActivation, Activation>> = {
  tanh: { op: "Tanh" },
  relu: { op: "Relu" },
  linear: { op: "Affine", alpha: 1, beta: 0 },
};

/** ONNX's default parameters of the activations that have any and that are read here. */
const DEFAULTS: Readonly<Record<string, { readonly alpha: number; readonly beta: number }>> = {
  hardsigmoid: { alpha: 0.2, beta: 0.5 },
  affine: { alpha: 1, beta: 0 },
};

/** The activations of a node's gates and candidate, which must be the same in both directions. */
export function readActivations(node: OnnxNode, directions: number) {
  const where = `${label(node)}: activations`;
  const given = node.attributes["activations"];
  const names = Array.isArray(given)
    ? given.map(String)
    : Array<string[]>(directions).fill(["Sigmoid", "Tanh"]).flat();
  if (names.length !== 2 * directions) unreadable(where, `${2 * directions} names`, names.join(", "));
  // the lists contain parameters only for activations that have them, in order
  const alphas = [...numbersOf(node.attributes["activation_alpha"])];
  const betas = [...numbersOf(node.attributes["activation_beta"])];
  const activations = names.map((op): Activation => {
    const defaults = DEFAULTS[op.toLowerCase()];
    if (!defaults) return { op };
    return { op, alpha: alphas.shift() ?? defaults.alpha, beta: betas.shift() ?? defaults.beta };
  });
  const [gate, candidate] = activations as [Activation, Activation];
  if (activations.some((activation, i) => !isEqual(activation, i % 2 === 0 ? gate : candidate)))
    unsupported(where, "the same in both directions", activations.map(describe).join(", "));
  return { gate: find(where, GATES, gate, "gates"), candidate: find(where, CANDIDATES, candidate, "candidate") };
}

/** The key of an activation in a table. */
function find<Key extends string>(
  where: string,
  table: Readonly<Record<Key, Activation>>,
  activation: Activation,
  what: string,
): Key {
  const keys = Object.keys(table) as Key[];
  const key = keys.find((name) => isEqual(table[name], activation));
  const expected = keys.map((name) => describe(table[name])).join(", ");
  return key ?? unsupported(where, `one of ${expected} for the ${what}`, describe(activation));
}

/** Names are case-insensitive in ONNX; parameters are f32. */
function isEqual(a: Activation, b: Activation): boolean {
  const isNear = (x = 0, y = 0) => Math.abs(x - y) < 1e-6;
  return a.op.toLowerCase() === b.op.toLowerCase() && isNear(a.alpha, b.alpha) && isNear(a.beta, b.beta);
}

function describe({ op, alpha, beta }: Activation): string {
  return alpha === undefined ? op : `${op} of ${Number(alpha.toPrecision(6))}x + ${beta}`;
}

function numbersOf(value: OnnxAttribute | undefined): readonly number[] {
  return Array.isArray(value) ? value.map(Number) : [];
}

/** The attributes for a network's activations; none for ONNX's defaults. */
export function activationAttributes(gate: GateActivation, candidate: CandidateActivation, directions: number) {
  if (gate === "sigmoid" && candidate === "tanh") return {};
  const activations = Array<readonly Activation[]>(directions).fill([GATES[gate], CANDIDATES[candidate]]).flat();
  const alphas = activations.flatMap(({ alpha }) => alpha ?? []);
  const betas = activations.flatMap(({ beta }) => beta ?? []);
  return {
    activations: activations.map(({ op }) => op),
    ...(alphas.length > 0 && { activation_alpha: alphas, activation_beta: betas }),
  };
}
