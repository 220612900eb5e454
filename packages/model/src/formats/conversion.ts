import type { Cell } from "@sluice/kernel-wasm";
import { expectOneOf } from "@sluice/kernel-wasm/checks";
import type { GruConfig } from "../config/config.js";
import { CONVENTIONS } from "./conventions.js";

const LIBRARIES = [...CONVENTIONS, "tfjs"] as const;

/** A convention, or TensorFlow.js, which uses Keras' names but supports fewer networks. */
export type Library = (typeof LIBRARIES)[number];

/**
 * The options of a network that decide which libraries can represent it. Defaults are those of `GruConfig`; the cell is reset-after if both
 * libraries have two cells.
 */
export type ConvertedNetwork = Partial<
  Pick<GruConfig, "cell" | "gateActivation" | "candidateActivation" | "direction" | "learnInitialState">
>;

export interface Conversion {
  /** `exact`: all values are kept. `rounded`: two biases become their sum. `impossible`: the equations differ. */
  readonly kind: "exact" | "rounded" | "impossible";
  readonly reason: string;
}

const PYTORCH_CELL =
  "nn.GRU applies the reset gate after the product with the state; no weights make it compute this cell";
const TFJS_CELL =
  "TensorFlow.js applies the reset gate before the product with the state; no weights make it compute this cell";
const NOTEBOOK_CELL = "the notebook's tensors are those of a cell that applies the reset gate before the product";
const MEMORYLESS = "no other library has a cell that resets its state at every step";

/** The libraries that have a cell. */
const SUPPORT: Readonly<Record<Cell, readonly Library[]>> = {
  "reset-before": ["notebook", "keras", "tfjs", "onnx"],
  "reset-after": ["pytorch", "keras", "onnx"],
  memoryless: ["notebook"],
};

/** The cell of a library that has one by default. */
const DEFAULT_CELL: Partial<Readonly<Record<Library, Cell>>> = {
  notebook: "reset-before",
  pytorch: "reset-after",
  tfjs: "reset-before",
};

/** Why a library does not have a cell; undefined if it does. */
export function unsupportedCell(cell: Cell, library: Library): string | undefined {
  if (SUPPORT[cell].includes(library)) return undefined;
  if (cell === "memoryless") return MEMORYLESS;
  return library === "pytorch" ? PYTORCH_CELL : library === "tfjs" ? TFJS_CELL : NOTEBOOK_CELL;
}

/** Why a library that has the cell cannot represent a network; undefined if it can. */
function unsupportedOption(library: Library, network: ConvertedNetwork): string | undefined {
  if (library === "notebook") return undefined; // a convention of this package, for all its networks
  const { gateActivation = "sigmoid", candidateActivation = "tanh", direction, learnInitialState } = network;
  if (learnInitialState) return "files of other libraries cannot hold a learned initial state";
  if (library === "pytorch" && gateActivation !== "sigmoid")
    return `nn.GRU supports sigmoid gates only, not ${gateActivation}`;
  if (library === "pytorch" && candidateActivation !== "tanh")
    return `nn.GRU supports a tanh candidate only, not ${candidateActivation}`;
  if (library === "tfjs" && gateActivation === "hard-sigmoid")
    return "the hardSigmoid of TensorFlow.js is 0.2x + 0.5, as in Keras 2; that of Keras 3 is x/6 + 0.5";
  if ((library === "pytorch" || library === "tfjs") && direction === "reverse")
    return `${library === "pytorch" ? "nn.GRU" : "TensorFlow.js"} does not support the reverse direction alone`;
  return undefined;
}

/**
 * Tells whether a network can be converted from one library to another, and whether its values are kept.
 * `network` is a cell or a config. It is needed if both libraries have two cells (keras, onnx), or for options that not all libraries support.
 * @throws RangeError for an unknown library or cell.
 */
export function conversion(from: Library, to: Library, network: Cell | ConvertedNetwork = {}): Conversion {
  expectOneOf("from", from, LIBRARIES);
  expectOneOf("to", to, LIBRARIES);
  const given: ConvertedNetwork = typeof network === "string" ? { cell: network } : network;
  const cell = given.cell ?? DEFAULT_CELL[from] ?? DEFAULT_CELL[to] ?? "reset-after";
  expectOneOf("cell", cell, Object.keys(SUPPORT));
  const reason =
    unsupportedCell(cell, from) ??
    unsupportedCell(cell, to) ??
    unsupportedOption(from, given) ??
    unsupportedOption(to, given);
  if (reason) return { kind: "impossible", reason };
  if (cell === "reset-before" && from === "onnx" && to !== "onnx") {
    return { kind: "rounded", reason: "ONNX has two biases for each gate; they are added and rounded to f32" };
  }
  return { kind: "exact", reason: "both store the same values" };
}
