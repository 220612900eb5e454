import type { Gru } from "../gru/gru.js";
import type { BackwardOptions } from "../gru/gru-options.js";
import type { Tensor } from "../tensors/tensor.js";

export interface GradientNorms {
  readonly loss: number;
  /** √Σ g² over all parameters. */
  readonly global: number;
  /** √Σ g² of each tensor, by its name. */
  readonly tensors: Readonly<Record<string, number>>;
}

/**
 * Computes the Euclidean norms of the gradients of a batch x (T,B,I), y (T,B,O), summed in double precision.
 * @throws TypeError or RangeError as `gru.backward` does.
 */
export function gradientNorms(gru: Gru, x: Tensor, y: Tensor, options: BackwardOptions = {}): GradientNorms {
  const { loss, gradients } = gru.backward(x, y, options);
  const squares = Object.entries(gradients).map(
    ([name, { data }]) => [name, data.reduce((sum, g) => sum + g * g, 0)] as const,
  );
  return {
    loss,
    global: Math.sqrt(squares.reduce((sum, [, square]) => sum + square, 0)),
    tensors: Object.fromEntries(squares.map(([name, square]) => [name, Math.sqrt(square)])),
  };
}
