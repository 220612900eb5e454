import type { Block } from "./arena.js";
import { expectMultipleOf4 } from "./expect-multiple-of-4.js";
import type { Kernel } from "./kernel.js";
import { power } from "./math/power.js";
import { NULL, type Pointer, pointerTo } from "./pointer.js";

/** A rectangle inside a block; `start` and `stride` (from one row to the next) are in elements. */
export interface Rectangle {
  readonly start: number;
  readonly rows: number;
  readonly columns: number;
  readonly stride: number;
}

/** A pointer to a rectangle inside a block. */
function pointerToRectangle(name: string, block: Block, { start, rows, columns, stride }: Rectangle): Pointer {
  return pointerTo(name, block, start + (rows - 1) * stride + columns, start);
}

/** to += factor · from, n elements (a multiple of 4). */
export function addScaled(kernel: Kernel, to: Block, from: Block, n: number, factor: number): void {
  expectMultipleOf4("addScaled n", n);
  kernel.exports.addScaled(pointerTo("to", to, n), pointerTo("from", from, n), n, factor);
}

/** Σ x² over a rectangle of a block, in f64. */
export function sumSquares(kernel: Kernel, x: Block, rectangle: Rectangle): number {
  const { rows, columns, stride } = rectangle;
  return kernel.exports.sumSquares(pointerToRectangle("sumSquares", x, rectangle), stride * 4, rows, columns);
}

/** A rectangle of a block *= factor. */
export function scale(kernel: Kernel, x: Block, rectangle: Rectangle, factor: number): void {
  const { rows, columns, stride } = rectangle;
  kernel.exports.scaleBlock(pointerToRectangle("scale", x, rectangle), stride * 4, rows, columns, factor);
}

/** gradient += the gradient of l1 · Σ|p| + l2 · Σp² over a rectangle of two blocks with the same layout. */
export function penalize(
  kernel: Kernel,
  gradient: Block,
  parameters: Block,
  rectangle: Rectangle,
  l1: number,
  l2: number,
): void {
  const { rows, columns, stride } = rectangle;
  const to = pointerToRectangle("gradient", gradient, rectangle);
  const from = pointerToRectangle("parameters", parameters, rectangle);
  kernel.exports.penalize(to, from, stride * 4, rows, columns, l1, 2 * l2);
}

/** x = min(max(x, −limit), limit). */
export function clamp(kernel: Kernel, x: Block, limit: number): void {
  expectMultipleOf4("clamp length", x.length);
  kernel.exports.clampArray(pointerTo("x", x, x.length), x.length, limit);
}

/** The index of the first NaN or infinity, or −1. */
export function firstNonFinite(kernel: Kernel, x: Block): number {
  expectMultipleOf4("firstNonFinite length", x.length);
  return kernel.exports.firstNonFinite(pointerTo("x", x, x.length), x.length);
}

export interface SgdStep {
  readonly learningRate: number;
  readonly momentum: number;
  readonly weightDecay: number;
  readonly nesterov: boolean;
}

/** One step of gradient descent on all of `parameters`; sets the gradients to zero. */
export function sgd(kernel: Kernel, parameters: Block, velocity: Block, gradient: Block, o: SgdStep): void {
  const n = parameters.length;
  expectMultipleOf4("sgd length", n);
  kernel.exports.sgd(
    pointerTo("parameters", parameters, n),
    o.momentum === 0 ? NULL : pointerTo("velocity", velocity, n),
    pointerTo("gradient", gradient, n),
    n,
    o.learningRate,
    o.momentum,
    o.weightDecay,
    o.nesterov ? 1 : 0,
  );
}

export interface AdamStep {
  readonly learningRate: number;
  readonly betas: readonly [number, number];
  readonly epsilon: number;
  readonly weightDecay: number;
  /** AdamW: weight decay is applied to the parameters directly, not through the gradient. */
  readonly decoupled: boolean;
  /** t, counted from 1. */
  readonly step: number;
}

/** One step of Adam or AdamW on all of `parameters`; sets the gradients to zero. Scalars are computed in f64 and rounded to f32 once. */
export function adam(
  kernel: Kernel,
  parameters: Block,
  [first, second]: readonly [Block, Block],
  gradient: Block,
  { learningRate, betas: [beta1, beta2], epsilon, weightDecay, decoupled, step }: AdamStep,
): void {
  const n = parameters.length;
  expectMultipleOf4("adam length", n);
  kernel.exports.adam(
    pointerTo("parameters", parameters, n),
    pointerTo("first moment", first, n),
    pointerTo("second moment", second, n),
    pointerTo("gradient", gradient, n),
    n,
    beta1,
    1 - beta1,
    beta2,
    1 - beta2,
    learningRate / (1 - power(beta1, step)),
    Math.sqrt(1 - power(beta2, step)),
    epsilon,
    decoupled ? 0 : weightDecay,
    decoupled ? 1 - learningRate * weightDecay : 1,
  );
}

export interface RmspropStep {
  readonly learningRate: number;
  readonly alpha: number;
  readonly epsilon: number;
  readonly momentum: number;
  readonly weightDecay: number;
}

/** One step of RMSprop on all of `parameters`; sets the gradients to zero. */
export function rmsprop(
  kernel: Kernel,
  parameters: Block,
  [first, second]: readonly [Block, Block],
  gradient: Block,
  { learningRate, alpha, epsilon, momentum, weightDecay }: RmspropStep,
): void {
  const n = parameters.length;
  expectMultipleOf4("rmsprop length", n);
  kernel.exports.rmsprop(
    pointerTo("parameters", parameters, n),
    momentum === 0 ? NULL : pointerTo("first moment", first, n),
    pointerTo("second moment", second, n),
    pointerTo("gradient", gradient, n),
    n,
    learningRate,
    alpha,
    1 - alpha,
    epsilon,
    momentum,
    weightDecay,
  );
}
