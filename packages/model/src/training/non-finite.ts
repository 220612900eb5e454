import { type Block, firstNonFinite, type Kernel } from "@sluice/kernel-wasm";
import type { Part, TensorSpec } from "../formats/conventions.js";

/** The name of the first tensor of a block (parameters, or as long as they are) that holds a NaN or an infinity. */
export function nonFiniteTensor(kernel: Kernel, block: Block, tensors: readonly TensorSpec[]): string | undefined {
  const bad = firstNonFinite(kernel, block);
  if (bad < 0) return undefined;
  const holds = ({ start, rows, columns, stride }: Part) =>
    bad >= start && Math.floor((bad - start) / stride) < rows && (bad - start) % stride < columns;
  return tensors.find(({ parts }) => parts.some(holds))!.name;
}
