import { type Block, type Kernel, penalize } from "@sluice/kernel-wasm";
import { expectKeys, expectNumber } from "@sluice/kernel-wasm/checks";
import type { TensorSpec } from "../formats/conventions.js";

/** l1 · Σ|w| + l2 · Σw², as Keras' L1L2 has it; 0 by default. */
export interface Penalty {
  readonly l1?: number;
  readonly l2?: number;
}

/** Penalties on weights that are added to the loss whose gradient is taken; the losses that are told are without them. */
export interface Regularize {
  /** On the input weights. */
  readonly kernel?: Penalty;
  /** On the weights of the state. */
  readonly recurrent?: Penalty;
  /** On all biases, the head's too. */
  readonly bias?: Penalty;
  /** On the head's weights. */
  readonly head?: Penalty;
}

const GROUPS = ["kernel", "recurrent", "bias", "head"] as const;

export function checkRegularize(options: Regularize): void {
  expectKeys("regularize", options, GROUPS);
  for (const [group, penalty] of Object.entries(options) as [string, Penalty][]) {
    expectKeys(`regularize.${group}`, penalty, ["l1", "l2"]);
    for (const [name, value] of Object.entries(penalty))
      expectNumber(`regularize.${group}.${name}`, value, (x) => x >= 0, "a number of at least 0");
  }
}

/** Adds the gradient of the penalties. */
export function addPenalties(
  kernel: Kernel,
  gradient: Block,
  parameters: Block,
  tensors: readonly TensorSpec[],
  options: Regularize,
): void {
  for (const { name, parts } of tensors) {
    const group = groupOf(name);
    const { l1 = 0, l2 = 0 } = (group && options[group]) ?? {};
    if (l1 + l2 > 0) for (const part of parts) penalize(kernel, gradient, parameters, part, l1, l2);
  }
}

/** The group of a tensor, by its name in a cell's default convention. */
function groupOf(name: string): (typeof GROUPS)[number] | undefined {
  if (name === "initial_state") return undefined;
  if (/^b_|bias/.test(name)) return "bias";
  if (/^W_hq|^head/.test(name)) return "head";
  return /^W_h|weight_hh/.test(name) ? "recurrent" : "kernel";
}
