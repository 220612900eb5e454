import { type Block, type Kernel, penalize } from "@sluice/kernel-wasm";
import { expectKeys, expectNonNegative } from "@sluice/kernel-wasm/checks";
import type { TensorSpec } from "../../formats/conventions.js";

/** l1 · Σ|w| + l2 · Σw², as Keras' L1L2 defines it; both are 0 by default. */
export interface Penalty {
  readonly l1?: number;
  readonly l2?: number;
}

const GROUPS = ["kernel", "recurrent", "bias", "head"] as const;

/** Penalties that are added to the loss before its gradient is taken. Reported losses exclude them. */
export interface Regularize {
  /** On the input weights. */
  readonly kernel?: Penalty;
  /** On the recurrent weights. */
  readonly recurrent?: Penalty;
  /** On all biases, including those of the head. */
  readonly bias?: Penalty;
  /** On the head's weights. */
  readonly head?: Penalty;
}

/** @throws TypeError or RangeError for an unknown group, or a negative penalty. */
export function checkRegularize(options: Regularize): void {
  expectKeys("regularize", options, GROUPS);
  for (const [group, penalty] of Object.entries(options) as [string, Penalty][]) {
    expectKeys(`regularize.${group}`, penalty, ["l1", "l2"]);
    for (const [name, value] of Object.entries(penalty)) expectNonNegative(`regularize.${group}.${name}`, value);
  }
}

/** Adds the gradient of the penalties into `gradient`. */
export function addPenalties(
  kernel: Kernel,
  blocks: { readonly gradient: Block; readonly parameters: Block },
  tensors: readonly TensorSpec[],
  options: Regularize,
): void {
  for (const { name, parts } of tensors) {
    const group = groupOf(name);
    const { l1 = 0, l2 = 0 } = (group && options[group]) ?? {};
    if (l1 + l2 > 0) for (const part of parts) penalize(kernel, blocks, part, { l1, l2 });
  }
}

/** The group of a tensor, from its name in a cell's default convention. */
function groupOf(name: string): (typeof GROUPS)[number] | undefined {
  if (name === "initial_state") return undefined;
  if (/^b_|bias/.test(name)) return "bias";
  if (/^W_hq|^head/.test(name)) return "head";
  return /^W_h|weight_hh/.test(name) ? "recurrent" : "kernel";
}
