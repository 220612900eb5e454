import {
  adam as adamStep,
  type Block,
  type Kernel,
  rmsprop as rmspropStep,
  sgd as sgdStep,
} from "@sluice/kernel-wasm";
import { expectOneOf } from "@sluice/kernel-wasm/checks";
import { type Adam, type AdamW, adam, adamw } from "./optimizers/adam.js";
import { type Rmsprop, rmsprop } from "./optimizers/rmsprop.js";
import { type Sgd, sgd } from "./optimizers/sgd.js";

/** How a gradient moves the parameters: what `sgd`, `adam`, `adamw` and `rmsprop` make. */
export type Optimizer = Sgd | Adam | AdamW | Rmsprop;

/** What an optimizer works on: blocks of one length, padding included, whose gradient is always zero. */
export interface Moved {
  readonly kernel: Kernel;
  readonly parameters: Block;
  /** Its two memories of the steps before; zero before the first. */
  readonly moments: readonly [Block, Block];
}

const MAKERS = { sgd, adam, adamw, rmsprop } as const;

/** An optimizer as its factory makes it, whoever wrote it down: checked, with defaults for what is left out. */
export function resolveOptimizer({ kind, ...options }: Optimizer): Optimizer {
  expectOneOf("optimizer.kind", kind, Object.keys(MAKERS));
  return (MAKERS[kind] as (options: object) => Optimizer)(options);
}

/** Update `step`, counted from 1: the parameters move, the moments follow, the gradient is zero after it. */
export function optimize(
  { kernel, parameters, moments }: Moved,
  gradient: Block,
  optimizer: Optimizer,
  step: number,
) {
  if (optimizer.kind === "sgd") sgdStep(kernel, parameters, moments[0], gradient, optimizer);
  else if (optimizer.kind === "rmsprop") rmspropStep(kernel, parameters, moments, gradient, optimizer);
  else {
    const decoupled = optimizer.kind === "adamw";
    adamStep(kernel, parameters, moments, gradient, { ...optimizer, decoupled, step });
  }
}
