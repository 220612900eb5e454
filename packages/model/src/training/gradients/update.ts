import { type Block, scale, wholeBlock } from "@sluice/kernel-wasm";
import type { TensorSpec } from "../../formats/conventions.js";
import type { Network } from "../../network/network.js";
import { type Optimizer, optimize } from "../optimizers/optimizer.js";
import { type Clip, clipGradient, gradientNorm } from "./clip.js";
import { addPenalties, type Regularize } from "./regularize.js";

/** The settings of one update. */
export interface Update {
  /** The number of batches whose gradients were summed. */
  readonly batches: number;
  readonly regularize: Regularize | undefined;
  readonly clip: Clip | undefined;
  readonly optimizer: Optimizer;
  /** Counted from 1. */
  readonly step: number;
  /** Whether to measure the gradient's norm. */
  readonly measured: boolean;
}

/**
 * Updates the parameters by the mean gradient of the batches plus the penalties, clipped, and sets the gradient to zero.
 * Returns the norm before clipping, or 0 if it is not measured.
 */
export function update(network: Network, gradient: Block, tensors: readonly TensorSpec[], u: Update): number {
  const { kernel, parameters, moments } = network;
  if (u.batches > 1) scale(kernel, gradient, wholeBlock(gradient), 1 / u.batches);
  if (u.regularize) addPenalties(kernel, { gradient, parameters }, tensors, u.regularize);
  const norm = u.measured ? gradientNorm(kernel, gradient, tensors) : 0;
  if (u.clip) clipGradient(kernel, gradient, tensors, u.clip);
  optimize(kernel, { parameters, moments, gradient }, u.optimizer, u.step);
  network.parametersChanged();
  return norm;
}
