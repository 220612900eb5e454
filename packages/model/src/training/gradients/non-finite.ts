import { type Block, firstNonFinite, type Kernel } from "@sluice/kernel-wasm";
import type { Part, TensorSpec } from "../../formats/conventions.js";

/** The name of the first tensor in a block (of the length of the parameters) that has a NaN or an infinity. */
export function nonFiniteTensor(kernel: Kernel, block: Block, tensors: readonly TensorSpec[]): string | undefined {
  const index = firstNonFinite(kernel, block);
  if (index < 0) return undefined;
  const includes = ({ start, rows, columns, stride }: Part) =>
    index >= start && Math.floor((index - start) / stride) < rows && (index - start) % stride < columns;
  return tensors.find(({ parts }) => parts.some(includes))!.name;
}
