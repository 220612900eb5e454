import { type Block, clamp, type Kernel, scale, sumSquares } from "@sluice/kernel-wasm";
import { expectKeys, expectNumber, expectOneOf } from "@sluice/kernel-wasm/checks";
import type { Part, TensorSpec } from "../formats/conventions.js";
import { sizeOf } from "../tensor.js";

/**
 * What is done to gradients before an update.
 * `value`: each element is held within ±maxValue.
 * `global-norm`: all are scaled by maxNorm / (norm + 1e-6) where that is below 1, as torch.nn.utils.clip_grad_norm_ does.
 * `per-parameter`: each tensor whose norm exceeds alpha · its number of elements is scaled down to that, the notebook's rule.
 */
export type Clip =
  | { readonly kind: "value"; readonly maxValue: number }
  | { readonly kind: "global-norm"; readonly maxNorm: number }
  | { readonly kind: "per-parameter"; readonly alpha: number };

const LIMITS = { value: "maxValue", "global-norm": "maxNorm", "per-parameter": "alpha" } as const;

/** Refuses an unknown kind of clipping, or a limit that is not above 0. */
export function checkClip(clip: Clip): void {
  expectOneOf("clip.kind", clip.kind, Object.keys(LIMITS) as Clip["kind"][]);
  const limit = LIMITS[clip.kind];
  expectKeys("clip", clip, ["kind", limit]);
  expectNumber(
    `clip.${limit}`,
    (clip as unknown as Record<string, unknown>)[limit],
    (x) => x > 0,
    "a number above 0",
  );
}

/** Clips `gradient` in place; norms go over the tensors given. */
export function clipGradient(kernel: Kernel, gradient: Block, tensors: readonly TensorSpec[], clip: Clip): void {
  if (clip.kind === "value") {
    clamp(kernel, gradient, clip.maxValue);
    return;
  }
  if (clip.kind === "global-norm") {
    const factor = clip.maxNorm / (gradientNorm(kernel, gradient, tensors) + 1e-6);
    if (factor < 1)
      scale(kernel, gradient, { start: 0, rows: 1, columns: gradient.length, stride: gradient.length }, factor);
    return;
  }
  for (const { shape, parts } of tensors) {
    const norm = Math.sqrt(squares(kernel, gradient, parts));
    const limit = clip.alpha * sizeOf(shape);
    if (norm > limit) for (const part of parts) scale(kernel, gradient, part, limit / norm);
  }
}

/** The norm of a gradient, over the tensors given. */
export function gradientNorm(kernel: Kernel, gradient: Block, tensors: readonly TensorSpec[]): number {
  return Math.sqrt(tensors.reduce((sum, { parts }) => sum + squares(kernel, gradient, parts), 0));
}

function squares(kernel: Kernel, gradient: Block, parts: readonly Part[]): number {
  return parts.reduce((sum, part) => sum + sumSquares(kernel, gradient, part), 0);
}
