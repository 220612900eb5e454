import type { KernelSource } from "@sluice/kernel-wasm";
import type { Convention } from "../formats/conventions.js";
import type { StateDict } from "../formats/state-dict.js";
import type { Loss } from "../passes/losses.js";
import type { StepOptions } from "../tensors/step-flags.js";
import type { Tensor, TensorLike } from "../tensors/tensor.js";

export interface ForwardResult {
  /** (T,B,O), or (B,O) if the network returns the last output only; `hidden` without a head. */
  readonly output: Tensor;
  /** (T,B,F), the top layer's states after each step, forward then reverse; (B,F) if the network returns the last output only. */
  readonly hidden: Tensor;
  /** (L D,B,H), the state of each layer and direction after its last step. */
  readonly finalState: Tensor;
}

export interface BackwardResult {
  readonly loss: number;
  /** The gradient of the loss with respect to each parameter, named by the convention. */
  readonly gradients: StateDict;
}

export interface StateOptions {
  /** (L D,B,H), the states before the first step, layer by layer, forward first; learned or zero by default. */
  readonly initialState?: TensorLike | undefined;
}

export interface ForwardOptions extends StateOptions, StepOptions {
  /** The values of `output` and `hidden` at masked steps: the held state and its output (`hold`, the default), or zeros. */
  readonly padding?: (typeof PADDINGS)[number] | undefined;
}

export const PADDINGS = ["hold", "zero"] as const;

export interface BackwardOptions extends StateOptions, StepOptions {
  /** `mse` by default. */
  readonly loss?: Loss | undefined;
  /** (T,B), or (B) if the network returns the last output only: the weight of each loss. */
  readonly weights?: TensorLike | undefined;
  /** The names of the gradients; the cell's default convention by default. */
  readonly convention?: Convention | undefined;
}

export interface KernelOptions {
  /** Where to load the kernel from; by default it is embedded in the package. */
  readonly kernel?: KernelSource | undefined;
}
