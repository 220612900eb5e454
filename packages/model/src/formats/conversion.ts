import type { Cell } from "@sluice/kernel-wasm";
import type { Convention } from "./conventions.js";

export interface Conversion {
  /** `exact`: every number is kept. `rounded`: two biases become their sum. `impossible`: the equations differ. */
  readonly kind: "exact" | "rounded" | "impossible";
  readonly reason: string;
}

const RESET_AFTER_ONLY =
  "nn.GRU applies the reset gate after the product with the state; no weights make it compute this cell";
const RESET_BEFORE_ONLY =
  "the notebook's names are those of a cell that applies the reset gate before the product with the state";
const MEMORYLESS_ONLY = "no other library has a cell that forgets its state on every step";

/** Which conventions can name the tensors of a cell. */
const NAMED: Readonly<Record<Cell, readonly Convention[]>> = {
  "reset-before": ["notebook", "keras", "onnx"],
  "reset-after": ["pytorch", "keras", "onnx"],
  memoryless: ["notebook"],
};

/** Why a convention cannot name the tensors of a cell, or nothing where it can. */
export function refusal(cell: Cell, convention: Convention): string | undefined {
  if (NAMED[cell].includes(convention)) return undefined;
  if (cell === "memoryless") return MEMORYLESS_ONLY;
  return convention === "pytorch" ? RESET_AFTER_ONLY : RESET_BEFORE_ONLY;
}

/**
 * What becomes of the numbers of a state dictionary on the way from one convention to another.
 * `cell` is needed only where both conventions can name two cells (keras, onnx); reset-after by default.
 */
export function conversion(from: Convention, to: Convention, cell?: Cell): Conversion {
  const implied: Cell = [from, to].includes("notebook") && from !== "pytorch" ? "reset-before" : "reset-after";
  const used = cell ?? implied;
  const reason = refusal(used, from) ?? refusal(used, to);
  if (reason) return { kind: "impossible", reason };
  if (used === "reset-before" && from === "onnx" && to !== "onnx") {
    return {
      kind: "rounded",
      reason: "ONNX has two biases for each gate; this cell adds them, rounded to f32",
    };
  }
  return { kind: "exact", reason: "the same numbers in other places" };
}
