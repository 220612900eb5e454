import {
  adam as adamStep,
  type Kernel,
  type OptimizedBlocks,
  rmsprop as rmspropStep,
  sgd as sgdStep,
} from "@sluice/kernel-wasm";
import { expectOneOf } from "@sluice/kernel-wasm/checks";
import { type Adam, type AdamW, adam, adamw } from "./adam.js";
import { type Rmsprop, rmsprop } from "./rmsprop.js";
import { type Sgd, sgd } from "./sgd.js";

/** An optimizer and its settings, as plain data: made by `sgd`, `adam`, `adamw` and `rmsprop`. */
export type Optimizer = Sgd | Adam | AdamW | Rmsprop;

const FACTORIES = { sgd, adam, adamw, rmsprop } as const;

/** Checks an optimizer that was given as plain data, and fills in the defaults of its factory. */
export function resolveOptimizer({ kind, ...options }: Optimizer): Optimizer {
  expectOneOf("optimizer.kind", kind, Object.keys(FACTORIES));
  return (FACTORIES[kind] as (options: object) => Optimizer)(options);
}

/** Applies update `step`, counted from 1, to parameters and moments, and sets the gradient to zero. */
export function optimize(kernel: Kernel, blocks: OptimizedBlocks, optimizer: Optimizer, step: number): void {
  if (optimizer.kind === "sgd") sgdStep(kernel, blocks, optimizer);
  else if (optimizer.kind === "rmsprop") rmspropStep(kernel, blocks, optimizer);
  else adamStep(kernel, blocks, { ...optimizer, decoupled: optimizer.kind === "adamw", step });
}
