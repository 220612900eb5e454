import { type Block, clamp, type Kernel, scale, sumSquares, wholeBlock } from "@sluice/kernel-wasm";
import { expectKeys, expectOneOf, expectPositive } from "@sluice/kernel-wasm/checks";
import type { Part, TensorSpec } from "../../formats/conventions.js";
import { sizeOf } from "../../tensors/tensor.js";

/** The option that limits each kind of clipping. */
const LIMITS = { value: "maxValue", "global-norm": "maxNorm", "per-parameter": "alpha" } as const;
const KINDS = Object.keys(LIMITS) as (keyof typeof LIMITS)[];

/**
 * How gradients are clipped before an update.
 * `value`: clamps each element to ±maxValue.
 * `global-norm`: scales all gradients by maxNorm / (norm + 1e-6) if that is below 1, as torch.nn.utils.clip_grad_norm_ does.
 * `per-parameter`: scales each tensor whose norm exceeds alpha · its number of elements down to that, the notebook's rule.
 */
export type Clip =
  | { readonly kind: "value"; readonly maxValue: number }
  | { readonly kind: "global-norm"; readonly maxNorm: number }
  | { readonly kind: "per-parameter"; readonly alpha: number };

/** @throws TypeError or RangeError for an unknown kind, or a limit that is not above 0. */
export function checkClip(clip: Clip): void {
  expectOneOf("clip.kind", clip.kind, KINDS);
  const limit = LIMITS[clip.kind];
  expectKeys("clip", clip, ["kind", limit]);
  expectPositive(`clip.${limit}`, (clip as unknown as Record<string, unknown>)[limit]);
}

/** Clips `gradient` in place; norms are taken over the given tensors. */
export function clipGradient(kernel: Kernel, gradient: Block, tensors: readonly TensorSpec[], clip: Clip): void {
  if (clip.kind === "value") {
    clamp(kernel, gradient, clip.maxValue);
    return;
  }
  if (clip.kind === "global-norm") {
    const factor = clip.maxNorm / (gradientNorm(kernel, gradient, tensors) + 1e-6);
    if (factor < 1) scale(kernel, gradient, wholeBlock(gradient), factor);
    return;
  }
  for (const { shape, parts } of tensors) {
    const norm = Math.sqrt(squares(kernel, gradient, parts));
    const limit = clip.alpha * sizeOf(shape);
    if (norm > limit) for (const part of parts) scale(kernel, gradient, part, limit / norm);
  }
}

/** The Euclidean norm of a gradient over the given tensors. */
export function gradientNorm(kernel: Kernel, gradient: Block, tensors: readonly TensorSpec[]): number {
  return Math.sqrt(tensors.reduce((sum, { parts }) => sum + squares(kernel, gradient, parts), 0));
}

function squares(kernel: Kernel, gradient: Block, parts: readonly Part[]): number {
  return parts.reduce((sum, part) => sum + sumSquares(kernel, gradient, part), 0);
}
