import type { Block } from "./arena.js";
import { expectMultipleOf4 } from "./expect-multiple-of-4.js";
import type { Kernel } from "./kernel.js";
import { power } from "./math/power.js";
import { NULL, type Pointer, pointerTo } from "./pointer.js";

/** The blocks that an optimizer updates, of one length. The gradient of their padding is always zero. */
export interface OptimizedBlocks {
  readonly parameters: Block;
  /** The optimizer's two moments; zero before the first step. */
  readonly moments: readonly [Block, Block];
  readonly gradient: Block;
}

/** A rectangle inside a block; `start` and `stride` (from one row to the next) are in elements. */
export interface Rectangle {
  readonly start: number;
  readonly rows: number;
  readonly columns: number;
  readonly stride: number;
}

/** A pointer to all elements of a block, a multiple of 4. */
function pointerToAll(name: string, block: Block): Pointer {
  expectMultipleOf4(`${name} length`, block.length);
  return pointerTo(name, block, 0);
}

/** All elements of a block. */
export function wholeBlock({ length }: Block): Rectangle {
  return { start: 0, rows: 1, columns: length, stride: length };
}

/** A pointer to a rectangle inside a block. */
function pointerToRectangle(name: string, block: Block, { start, rows, columns, stride }: Rectangle): Pointer {
  return pointerTo(name, block, start + (rows - 1) * stride + columns, start);
}

/** to += factor · from, all elements of `to` (a multiple of 4). */
export function addScaled(kernel: Kernel, to: Block, from: Block, factor: number): void {
  kernel.exports.addScaled(pointerToAll("to", to), pointerTo("from", from, to.length), to.length, factor);
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
  { gradient, parameters }: Omit<OptimizedBlocks, "moments">,
  rectangle: Rectangle,
  { l1, l2 }: { l1: number; l2: number },
): void {
  const { rows, columns, stride } = rectangle;
  const to = pointerToRectangle("gradient", gradient, rectangle);
  const from = pointerToRectangle("parameters", parameters, rectangle);
  kernel.exports.penalize(to, from, stride * 4, rows, columns, l1, 2 * l2);
}

/** x = min(max(x, −limit), limit). */
export function clamp(kernel: Kernel, x: Block, limit: number): void {
  kernel.exports.clampArray(pointerToAll("x", x), x.length, limit);
}

/** The index of the first NaN or infinity, or −1. */
export function firstNonFinite(kernel: Kernel, x: Block): number {
  return kernel.exports.firstNonFinite(pointerToAll("x", x), x.length);
}

/** The elements of `parameters`, the first and second moment, and the gradient, checked: a multiple of 4 of them in each block. */
function pointersTo({ parameters, moments: [first, second], gradient }: OptimizedBlocks) {
  const n = parameters.length;
  return {
    parameters: pointerToAll("parameters", parameters),
    first: pointerTo("first moment", first, n),
    second: pointerTo("second moment", second, n),
    gradient: pointerTo("gradient", gradient, n),
    n,
  };
}

export interface SgdStep {
  readonly learningRate: number;
  readonly momentum: number;
  readonly weightDecay: number;
  readonly nesterov: boolean;
}

/** One step of gradient descent on all of `parameters`; sets the gradients to zero. The first moment is the velocity. */
export function sgd(
  kernel: Kernel,
  blocks: OptimizedBlocks,
  { learningRate, momentum, weightDecay, nesterov }: SgdStep,
): void {
  const { parameters, first, gradient, n } = pointersTo(blocks);
  const velocity = momentum === 0 ? NULL : first;
  kernel.exports.sgd(parameters, velocity, gradient, n, learningRate, momentum, weightDecay, nesterov ? 1 : 0);
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
  blocks: OptimizedBlocks,
  { learningRate, betas: [beta1, beta2], epsilon, weightDecay, decoupled, step }: AdamStep,
): void {
  const { parameters, first, second, gradient, n } = pointersTo(blocks);
  kernel.exports.adam(
    parameters,
    first,
    second,
    gradient,
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
  blocks: OptimizedBlocks,
  { learningRate, alpha, epsilon, momentum, weightDecay }: RmspropStep,
): void {
  const { parameters, first, second, gradient, n } = pointersTo(blocks);
  kernel.exports.rmsprop(
    parameters,
    momentum === 0 ? NULL : first,
    second,
    gradient,
    n,
    learningRate,
    alpha,
    1 - alpha,
    epsilon,
    momentum,
    weightDecay,
  );
}
