import { type Block, scale } from "@sluice/kernel-wasm";
import type { TensorSpec } from "../formats/conventions.js";
import type { Network } from "../network/network.js";
import { type Clip, clipGradient, gradientNorm } from "./clip.js";
import { type Optimizer, optimize } from "./optimizer.js";
import { addPenalties, type Regularize } from "./regularize.js";

/** What an update does with the sum of the gradients of its batches. */
export interface Update {
  readonly batches: number;
  readonly regularize: Regularize | undefined;
  readonly clip: Clip | undefined;
  readonly optimizer: Optimizer;
  /** Counted from 1. */
  readonly step: number;
  /** Whether the gradient's norm is asked for. */
  readonly measured: boolean;
}

/**
 * Moves the parameters by the batches' mean gradient with its penalties, clipped; the gradient is zero after it.
 * Returns the norm before clipping, or 0 where it is not asked for.
 */
export function update(network: Network, gradient: Block, tensors: readonly TensorSpec[], u: Update): number {
  const { kernel, parameters } = network;
  const { length } = gradient;
  if (u.batches > 1) scale(kernel, gradient, { start: 0, rows: 1, columns: length, stride: length }, 1 / u.batches);
  if (u.regularize) addPenalties(kernel, gradient, parameters, tensors, u.regularize);
  const norm = u.measured ? gradientNorm(kernel, gradient, tensors) : 0;
  if (u.clip) clipGradient(kernel, gradient, tensors, u.clip);
  optimize(network, gradient, u.optimizer, u.step);
  network.changed();
  return norm;
}
