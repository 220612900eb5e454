import { Gru, type GruConfig, type KernelOptions, type StateDict, type Tensor } from "@sluice/model";
import { checkExample, type Example } from "./example.js";

/** A network read from a file, in the form that `Gru.fromStateDict(config, tensors, convention)` takes. */
export interface Imported {
  /** Contains only what differs from the defaults. */
  readonly config: GruConfig;
  readonly tensors: StateDict;
  readonly convention: "pytorch" | "keras" | "onnx";
  /** Reasons why outputs may differ from what the file's author expects; empty if there are none. */
  readonly warnings: readonly string[];
  /** Inputs with the outputs that the writer of the file computed. */
  readonly example?: Example;
  /** (L × directions, B, H), if the file contains a constant initial state: pass it to `forward`. */
  readonly initialState?: Tensor;
  /** The axes of the file's own inputs, if known: `Gru` takes (T,B,I). */
  readonly order?: "TBI" | "BTI";
}

/**
 * Creates the network of a file. If the file contains an example, it is checked first.
 * @throws RangeError for tensors that do not fit the config; ModelFileError if the example's outputs differ.
 */
export async function toGru(imported: Imported, options: KernelOptions = {}): Promise<Gru> {
  const gru = await Gru.fromStateDict(imported.config, imported.tensors, imported.convention, options);
  if (imported.example) checkExample(gru, imported.example);
  return gru;
}
