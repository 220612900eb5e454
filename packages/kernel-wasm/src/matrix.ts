import type { Block } from "./arena.js";
import { expectMultipleOf4 } from "./expect-multiple-of-4.js";
import type { Kernel } from "./kernel.js";
import { PANEL } from "./layout.js";
import { pointerTo } from "./pointer.js";

/** out = f(x) for each element; assembly/elementary.ts has the error bounds. */
export function elementary(kernel: Kernel, f: "exp" | "log" | "sigmoid" | "tanh", out: Block, x: Block): void {
  expectMultipleOf4(`${f} x`, x.length);
  const to = pointerTo(`${f} out`, out, x.length);
  kernel.exports[`${f}Array`](to, pointerTo(`${f} x`, x, x.length), x.length);
}

/** Packs weights (K,N) for `matmul`. N is a multiple of 4. */
export function packWeights(kernel: Kernel, packed: Block, weights: Block, { K, N }: { K: number; N: number }): void {
  expectMultipleOf4("packWeights N", N);
  kernel.exports.packWeights(pointerTo("packed", packed, K * N), pointerTo("weights", weights, K * N), N * 4, K, N);
}

/** Packs the transpose of weights (K,N), for products that sum over N. */
export function packTransposed(
  kernel: Kernel,
  packed: Block,
  weights: Block,
  { K, N }: { K: number; N: number },
): void {
  const rows = Math.ceil(K / 4) * 4;
  kernel.exports.packTransposed(
    pointerTo("packed", packed, rows * N),
    N * 16,
    pointerTo("weights", weights, K * N),
    N * 4,
    K,
    N,
  );
}

/** out (panels,N,8) = packed (N/4,K,4) · a (panels,K,8). N is a multiple of 4, K at least 1. */
export function matmul(
  kernel: Kernel,
  { out, packed, a }: { out: Block; packed: Block; a: Block },
  { K, N, panels }: { K: number; N: number; panels: number },
): void {
  expectMultipleOf4("matmul N", N);
  if (K < 1) throw new RangeError(`matmul K: expected at least 1, got ${K}`);
  const weights = pointerTo("packed", packed, K * N);
  for (let p = 0; p < panels; p++) {
    const to = pointerTo("out", out, panels * N * PANEL, p * N * PANEL);
    const x = pointerTo("a", a, panels * K * PANEL, p * K * PANEL);
    kernel.exports.matmulPanel(to, weights, K * 16, x, K, x, 0, N, 0);
  }
}

/** gradient (K,N) += a (panels,K,8) · d (panels,N,8)ᵀ. N is a multiple of 4. */
export function matmulGradient(
  kernel: Kernel,
  { gradient, scratch, a, d }: { gradient: Block; scratch: Block; a: Block; d: Block },
  { K, N, panels }: { K: number; N: number; panels: number },
): void {
  expectMultipleOf4("matmulGradient N", N);
  kernel.exports.matmulGradient(
    pointerTo("gradient", gradient, K * N),
    N * 4,
    pointerTo("scratch", scratch, panels * (16 * Math.ceil(K / 2) + 32)),
    pointerTo("a", a, panels * K * PANEL),
    K * PANEL * 4,
    pointerTo("d", d, panels * N * PANEL),
    N * PANEL * 4,
    K,
    N,
    panels,
  );
}
