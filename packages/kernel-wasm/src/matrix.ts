import type { Block } from "./arena.js";
import { expectMultipleOf4, offsetOf } from "./expect-size.js";
import type { Kernel } from "./kernel.js";
import { PANEL } from "./layout.js";

/** out = f(x) for each element; the error bounds are those of assembly/elementary.ts. */
export function elementary(kernel: Kernel, f: "exp" | "log" | "sigmoid" | "tanh", out: Block, x: Block): void {
  expectMultipleOf4(`${f} x`, x.length);
  kernel.exports[`${f}Array`](offsetOf(`${f} out`, out, x.length), x.offset, x.length);
}

/** Packs weights (K,N) for `matmul`, or for products by the transpose. N is a multiple of 4. */
export function packWeights(kernel: Kernel, packed: Block, weights: Block, { K, N }: { K: number; N: number }): void {
  expectMultipleOf4("packWeights N", N);
  kernel.exports.packWeights(offsetOf("packed", packed, K * N), offsetOf("weights", weights, K * N), N * 4, K, N);
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
    offsetOf("packed", packed, rows * N),
    N * 16,
    offsetOf("weights", weights, K * N),
    N * 4,
    K,
    N,
  );
}

/** out (panels,N,8) = packed (N/4,K,4) · a (panels,K,8). N is a multiple of 4, K at least 1. */
export function matmul(
  kernel: Kernel,
  out: Block,
  packed: Block,
  a: Block,
  { K, N, panels }: { K: number; N: number; panels: number },
): void {
  expectMultipleOf4("matmul N", N);
  if (K < 1) throw new RangeError(`matmul K: expected at least 1, got ${K}`);
  const [to, w, from] = [
    offsetOf("out", out, panels * N * PANEL),
    offsetOf("packed", packed, K * N),
    offsetOf("a", a, panels * K * PANEL),
  ];
  for (let p = 0; p < panels; p++) {
    const x = from + p * K * PANEL * 4;
    kernel.exports.matmulPanel(to + p * N * PANEL * 4, w, K * 16, x, K, x, 0, N, 0);
  }
}

/** gradient (K,N) += a (panels,K,8) · d (panels,N,8)ᵀ. N is a multiple of 4. */
export function matmulGradient(
  kernel: Kernel,
  gradient: Block,
  scratch: Block,
  a: Block,
  d: Block,
  { K, N, panels }: { K: number; N: number; panels: number },
): void {
  expectMultipleOf4("matmulGradient N", N);
  kernel.exports.matmulGradient(
    offsetOf("gradient", gradient, K * N),
    N * 4,
    offsetOf("scratch", scratch, panels * (16 * Math.ceil(K / 2) + 32)),
    offsetOf("a", a, panels * K * PANEL),
    K * PANEL * 4,
    offsetOf("d", d, panels * N * PANEL),
    N * PANEL * 4,
    K,
    N,
    panels,
  );
}
