import type { GruConfig } from "@sluice/model";
import { refuse } from "../refuse.js";
import { label } from "./graph.js";
import type { OnnxAttribute, OnnxNode } from "./model.js";

type Gate = NonNullable<GruConfig["gateActivation"]>;
type Candidate = NonNullable<GruConfig["candidateActivation"]>;

/** Numbers that activations take where the file gives none. */
const DEFAULTS: Readonly<Record<string, { readonly alpha: number; readonly beta: number }>> = {
  HardSigmoid: { alpha: 0.2, beta: 0.5 },
  Affine: { alpha: 1, beta: 0 },
};
const near = (a: number, b: number) => Math.abs(a - b) < 1e-6;

/** The activations of a node's gates and candidate, which must be the same in both directions. */
export function activationsOf(
  node: OnnxNode,
  directions: number,
): { readonly gate: Gate; readonly candidate: Candidate } {
  const where = `${label(node)}: activations`;
  const given = node.attributes["activations"];
  const names = Array.isArray(given)
    ? given.map(String)
    : Array<string[]>(directions).fill(["Sigmoid", "Tanh"]).flat();
  if (names.length !== 2 * directions) refuse(where, `${2 * directions} names`, names.join(", "));
  // those that take numbers have them from the lists in their order
  const [alphas, betas] = ["activation_alpha", "activation_beta"].map((name) => [...numbers(node.attributes[name])]);
  const described = names.map((name) => {
    const known = Object.keys(DEFAULTS).find((key) => key.toLowerCase() === name.toLowerCase());
    if (!known) return name.toLowerCase();
    const { alpha, beta } = DEFAULTS[known]!;
    return describe(known, alphas!.shift() ?? alpha, betas!.shift() ?? beta);
  });
  const gate = described[0]!;
  const candidate = described[1]!;
  if (described.some((name, i) => name !== described[i % 2]))
    refuse(where, "the same in both directions", described.join(", "));
  if (gate !== "sigmoid" && gate !== "hard-sigmoid" && gate !== "hard-sigmoid-0.2")
    refuse(where, "Sigmoid, HardSigmoid of 0.2x + 0.5 or HardSigmoid of x/6 + 0.5 for the gates", gate);
  if (candidate !== "tanh" && candidate !== "relu" && candidate !== "linear")
    refuse(where, "Tanh, Relu or Affine of x for the candidate", candidate);
  return { gate, candidate };
}

function describe(name: string, alpha: number, beta: number): string {
  if (name === "HardSigmoid" && beta === 0.5 && near(alpha, 0.2)) return "hard-sigmoid-0.2";
  if (name === "HardSigmoid" && beta === 0.5 && near(alpha, 1 / 6)) return "hard-sigmoid";
  if (name === "Affine" && alpha === 1 && beta === 0) return "linear";
  return `${name} of ${alpha}x + ${beta}`;
}

function numbers(value: OnnxAttribute | undefined): readonly number[] {
  return Array.isArray(value) ? value.map(Number) : [];
}

/** The attributes that say a network's activations; none where they are ONNX's own. */
export function activationAttributes(gate: Gate, candidate: Candidate, directions: number) {
  if (gate === "sigmoid" && candidate === "tanh") return {};
  const f = gate === "sigmoid" ? "Sigmoid" : "HardSigmoid";
  const g = { tanh: "Tanh", relu: "Relu", linear: "Affine" }[candidate];
  const one = {
    alpha: [...(f === "HardSigmoid" ? [gate === "hard-sigmoid" ? 1 / 6 : 0.2] : []), ...(g === "Affine" ? [1] : [])],
    beta: [...(f === "HardSigmoid" ? [0.5] : []), ...(g === "Affine" ? [0] : [])],
  };
  const each = <T>(list: readonly T[]): readonly T[] => Array<readonly T[]>(directions).fill(list).flat();
  return {
    activations: each([f, g]),
    ...(one.alpha.length > 0 && { activation_alpha: each(one.alpha), activation_beta: each(one.beta) }),
  };
}
