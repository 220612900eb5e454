import type { Cell } from "@sluice/kernel-wasm";
import { expectOneOf } from "@sluice/kernel-wasm/checks";
import type { GruConfig } from "../network/config.js";
import type { Convention } from "./conventions.js";

/** Whose tensors, and whose GRU: TensorFlow.js has Keras' names and less than its cells. */
export type Library = Convention | "tfjs";

/** What of a network decides who can compute it; defaults as in `GruConfig`, and reset-after where both libraries have two cells. */
export type Computed = Partial<
  Pick<GruConfig, "cell" | "gateActivation" | "candidateActivation" | "direction" | "learnInitialState">
>;

export interface Conversion {
  /** `exact`: every number is kept. `rounded`: two biases become their sum. `impossible`: the equations differ. */
  readonly kind: "exact" | "rounded" | "impossible";
  readonly reason: string;
}

const PYTORCH_CELL =
  "nn.GRU applies the reset gate after the product with the state; no weights make it compute this cell";
const TFJS_CELL =
  "TensorFlow.js applies the reset gate before the product with the state; no weights make it compute this cell";
const NOTEBOOK_CELL =
  "the notebook's names are those of a cell that applies the reset gate before the product with the state";
const MEMORYLESS = "no other library has a cell that forgets its state on every step";

const LIBRARIES: readonly Library[] = ["notebook", "pytorch", "keras", "tfjs", "onnx"];

/** Which libraries have a cell. */
const HAVE: Readonly<Record<Cell, readonly Library[]>> = {
  "reset-before": ["notebook", "keras", "tfjs", "onnx"],
  "reset-after": ["pytorch", "keras", "onnx"],
  memoryless: ["notebook"],
};

/** The cell that a library means where nothing else is said. */
const ONLY: Partial<Readonly<Record<Library, Cell>>> = {
  notebook: "reset-before",
  pytorch: "reset-after",
  tfjs: "reset-before",
};

/** Why a library has no such cell, or nothing where it has. */
export function refusal(cell: Cell, library: Library): string | undefined {
  if (HAVE[cell].includes(library)) return undefined;
  if (cell === "memoryless") return MEMORYLESS;
  return library === "pytorch" ? PYTORCH_CELL : library === "tfjs" ? TFJS_CELL : NOTEBOOK_CELL;
}

/** Why a library cannot compute a network of a cell that it has, or nothing where it can. */
function lack(library: Library, network: Computed): string | undefined {
  if (library === "notebook") return undefined; // names of our own networks, whatever they are
  const { gateActivation = "sigmoid", candidateActivation = "tanh", direction, learnInitialState } = network;
  if (learnInitialState) return "other libraries' files have no place for a learned initial state";
  if (library === "pytorch" && gateActivation !== "sigmoid")
    return `nn.GRU has sigmoid gates alone, no ${gateActivation}`;
  if (library === "pytorch" && candidateActivation !== "tanh")
    return `nn.GRU has a tanh candidate alone, no ${candidateActivation}`;
  if (library === "tfjs" && gateActivation === "hard-sigmoid")
    return "the hardSigmoid of TensorFlow.js is 0.2x + 0.5, as Keras 2's; that of Keras 3 is x/6 + 0.5";
  if ((library === "pytorch" || library === "tfjs") && direction === "reverse")
    return `${library === "pytorch" ? "nn.GRU" : "TensorFlow.js"} has no reverse direction alone`;
  return undefined;
}

/**
 * What becomes of a network's numbers on the way from one library to another.
 * `network`, a config or its cell alone, is needed where both libraries have two cells (keras, onnx), or where the network has more than the
 * usual.
 * @throws RangeError for another library or cell.
 */
export function conversion(from: Library, to: Library, network: Cell | Computed = {}): Conversion {
  expectOneOf("from", from, LIBRARIES);
  expectOneOf("to", to, LIBRARIES);
  const given: Computed = typeof network === "string" ? { cell: network } : network;
  const cell = given.cell ?? ONLY[from] ?? ONLY[to] ?? "reset-after";
  expectOneOf("cell", cell, Object.keys(HAVE));
  const reason = refusal(cell, from) ?? refusal(cell, to) ?? lack(from, given) ?? lack(to, given);
  if (reason) return { kind: "impossible", reason };
  if (cell === "reset-before" && from === "onnx" && to !== "onnx") {
    return {
      kind: "rounded",
      reason: "ONNX has two biases for each gate; this cell adds them, rounded to f32",
    };
  }
  return { kind: "exact", reason: "the same numbers in other places" };
}
