import { conversion, type GruConfig, type Library } from "@sluice/model";

/** Ends reading or writing with what was expected and what came. */
export function refuse(where: string, expected: string, got: unknown): never {
  throw new RangeError(`${where}: expected ${expected}, got ${typeof got === "object" ? JSON.stringify(got) : got}`);
}

/** Ends writing where a library cannot compute the network. */
export function refuseImpossible(library: Library, config: GruConfig): void {
  const { kind, reason } = conversion(library, library, config);
  if (kind === "impossible") throw new RangeError(`a network for ${NAMES[library]}: impossible, ${reason}`);
}

const NAMES: Readonly<Record<Library, string>> = {
  notebook: "the notebook",
  pytorch: "PyTorch",
  keras: "Keras",
  tfjs: "TensorFlow.js",
  onnx: "ONNX",
};
