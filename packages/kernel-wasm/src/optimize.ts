import type { Block } from "./arena.js";
import { expectMultipleOf4, offsetOf } from "./expect-size.js";
import type { Kernel } from "./kernel.js";

/** A rectangle inside a block: `start` and `stride` in elements. */
export interface Rectangle {
  readonly start: number;
  readonly rows: number;
  readonly columns: number;
  readonly stride: number;
}

/** to += from, n elements (a multiple of 4). */
export function addInto(kernel: Kernel, to: Block, from: Block, n: number): void {
  expectMultipleOf4("addInto n", n);
  kernel.call("addInto", offsetOf("to", to, n), offsetOf("from", from, n), n);
}

/** Σ x² over a rectangle of a block, in f64: `start` and `stride` in elements. */
export function sumSquares(kernel: Kernel, x: Block, { start, rows, columns, stride }: Rectangle): number {
  offsetOf("sumSquares", x, start + (rows - 1) * stride + columns);
  return kernel.call("sumSquares", x.offset + start * 4, stride * 4, rows, columns);
}

/** A rectangle of a block *= factor. */
export function scale(kernel: Kernel, x: Block, { start, rows, columns, stride }: Rectangle, factor: number): void {
  offsetOf("scale", x, start + (rows - 1) * stride + columns);
  kernel.call("scaleBlock", x.offset + start * 4, stride * 4, rows, columns, factor);
}

/** x = min(max(x, −limit), limit). */
export function clamp(kernel: Kernel, x: Block, limit: number): void {
  expectMultipleOf4("clamp length", x.length);
  kernel.call("clampArray", x.offset, x.length, limit);
}

/** The first index of a NaN or an infinity, or −1. */
export function firstNonFinite(kernel: Kernel, x: Block): number {
  expectMultipleOf4("firstNonFinite length", x.length);
  return kernel.call("firstNonFinite", x.offset, x.length);
}

/** One step of gradient descent on all of `parameters`; the gradients are set to zero. */
export function sgd(
  kernel: Kernel,
  parameters: Block,
  velocity: Block,
  gradient: Block,
  o: {
    readonly learningRate: number;
    readonly momentum: number;
    readonly weightDecay: number;
    readonly nesterov: boolean;
  },
): void {
  const n = parameters.length;
  expectMultipleOf4("sgd length", n);
  kernel.call(
    "sgd",
    parameters.offset,
    o.momentum === 0 ? 0 : offsetOf("velocity", velocity, n),
    offsetOf("gradient", gradient, n),
    n,
    o.learningRate,
    o.momentum,
    o.weightDecay,
    Number(o.nesterov),
  );
}
