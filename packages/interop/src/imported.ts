import { Gru, type GruConfig, type KernelOptions, type StateDict, type Tensor } from "@sluice/model";
import { checkExample, type Example } from "./example.js";

/** A network read from another library's file, ready for `Gru.fromStateDict(config, tensors, convention)`. */
export interface Imported {
  /** Holds only what differs from the defaults. */
  readonly config: GruConfig;
  readonly tensors: StateDict;
  readonly convention: "pytorch" | "keras" | "onnx";
  /** What to know before trusting the figures; empty where nothing is doubtful. */
  readonly warnings: readonly string[];
  /** Inputs with the outputs that the file's writer computed. */
  readonly example?: Example;
  /** (L × directions, B, H), where the file holds a constant one: pass it to `forward`. */
  readonly initialState?: Tensor;
  /** The order of the file's own inputs, where it is known. `Gru` takes (T,B,I). */
  readonly order?: "TBI" | "BTI";
}

/**
 * The network of an import; where the file carries an example, it is run first.
 * @throws RangeError for tensors that do not fit the config, or an example whose outputs come out otherwise.
 */
export async function toGru(imported: Imported, options: KernelOptions = {}): Promise<Gru> {
  const gru = await Gru.fromStateDict(imported.config, imported.tensors, imported.convention, options);
  if (imported.example) checkExample(gru, imported.example);
  return gru;
}
