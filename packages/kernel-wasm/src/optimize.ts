import type { Block } from "./arena.js";
import { expectMultipleOf4, offsetOf } from "./expect-size.js";
import type { Kernel } from "./kernel.js";
import { power } from "./math/power.js";

/** A rectangle inside a block: `start` and `stride` in elements. */
export interface Rectangle {
  readonly start: number;
  readonly rows: number;
  readonly columns: number;
  readonly stride: number;
}

/** to += factor · from, n elements (a multiple of 4). */
export function addScaled(kernel: Kernel, to: Block, from: Block, n: number, factor: number): void {
  expectMultipleOf4("addScaled n", n);
  kernel.exports.addScaled(offsetOf("to", to, n), offsetOf("from", from, n), n, factor);
}

/** Σ x² over a rectangle of a block, in f64: `start` and `stride` in elements. */
export function sumSquares(kernel: Kernel, x: Block, { start, rows, columns, stride }: Rectangle): number {
  offsetOf("sumSquares", x, start + (rows - 1) * stride + columns);
  return kernel.exports.sumSquares(x.offset + start * 4, stride * 4, rows, columns);
}

/** A rectangle of a block *= factor. */
export function scale(kernel: Kernel, x: Block, { start, rows, columns, stride }: Rectangle, factor: number): void {
  offsetOf("scale", x, start + (rows - 1) * stride + columns);
  kernel.exports.scaleBlock(x.offset + start * 4, stride * 4, rows, columns, factor);
}

/** gradient += the gradient of l1 · Σ|p| + l2 · Σp² over a rectangle of two blocks that are laid out alike. */
export function penalize(
  kernel: Kernel,
  gradient: Block,
  parameters: Block,
  { start, rows, columns, stride }: Rectangle,
  l1: number,
  l2: number,
): void {
  const end = start + (rows - 1) * stride + columns;
  const [to, from] = [offsetOf("gradient", gradient, end), offsetOf("parameters", parameters, end)];
  kernel.exports.penalize(to + start * 4, from + start * 4, stride * 4, rows, columns, l1, 2 * l2);
}

/** x = min(max(x, −limit), limit). */
export function clamp(kernel: Kernel, x: Block, limit: number): void {
  expectMultipleOf4("clamp length", x.length);
  kernel.exports.clampArray(x.offset, x.length, limit);
}

/** The first index of a NaN or an infinity, or −1. */
export function firstNonFinite(kernel: Kernel, x: Block): number {
  expectMultipleOf4("firstNonFinite length", x.length);
  return kernel.exports.firstNonFinite(x.offset, x.length);
}

export interface SgdStep {
  readonly learningRate: number;
  readonly momentum: number;
  readonly weightDecay: number;
  readonly nesterov: boolean;
}

/** One step of gradient descent on all of `parameters`; the gradients are set to zero. */
export function sgd(kernel: Kernel, parameters: Block, velocity: Block, gradient: Block, o: SgdStep): void {
  const n = parameters.length;
  expectMultipleOf4("sgd length", n);
  kernel.exports.sgd(
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

export interface AdamStep {
  readonly learningRate: number;
  readonly betas: readonly [number, number];
  readonly epsilon: number;
  readonly weightDecay: number;
  /** AdamW: parameters decay by themselves, not through the gradient. */
  readonly decoupled: boolean;
  /** t, counted from 1. */
  readonly step: number;
}

/** One step of Adam or AdamW on all of `parameters`; the gradients are set to zero. Scalars are in f64 until the kernel takes them. */
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
    parameters.offset,
    offsetOf("first moment", first, n),
    offsetOf("second moment", second, n),
    offsetOf("gradient", gradient, n),
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

/** One step of RMSprop on all of `parameters`; the gradients are set to zero. */
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
    parameters.offset,
    momentum === 0 ? 0 : offsetOf("first moment", first, n),
    offsetOf("second moment", second, n),
    offsetOf("gradient", gradient, n),
    n,
    learningRate,
    alpha,
    1 - alpha,
    epsilon,
    momentum,
    weightDecay,
  );
}
