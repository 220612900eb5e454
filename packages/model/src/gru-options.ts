import type { KernelSource } from "@sluice/kernel-wasm";
import type { StateDict } from "./formats/state-dict.js";
import type { StepOptions } from "./sequences.js";
import type { Tensor } from "./tensor.js";

export interface ForwardResult {
  /** (T,B,O), or (B,O) where only the last output counts; without a head `hidden`. */
  readonly output: Tensor;
  /** (T,B,F), the top layer's states after each step, forward then reverse; (B,F) where only the last output counts. */
  readonly hidden: Tensor;
  /** (L D,B,H), the state of each layer and direction after the last step it took. */
  readonly finalState: Tensor;
}

export interface BackwardResult {
  readonly loss: number;
  /** The gradient of the loss by each parameter, named in the convention asked for. */
  readonly gradients: StateDict;
}

export interface StateOptions {
  /** (L D,B,H), the states before the first step, layer by layer, forward first; learned or zero by default. */
  readonly initialState?: Tensor;
}

export interface ForwardOptions extends StateOptions, StepOptions {
  /** What stands in `output` and `hidden` where a step is left out: the state held and what the head makes of it, by default, or zeros. */
  readonly padding?: "hold" | "zero";
}

/** Where the kernel comes from, where the bytes in the package will not do. */
export interface KernelOptions {
  readonly kernel?: KernelSource;
}
