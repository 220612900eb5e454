import { addScaled, type Block, layerLayout, PANEL, panelCount, type Shard } from "@sluice/kernel-wasm";
import { type Network, part } from "../network/network.js";
import { backwardSegment } from "./backward-pass.js";
import { windowOf } from "./batch.js";
import type { Pass } from "./pass.js";
import { copyStoredStates, type LossContext, segmentLoss, shardLoss, targetSteps } from "./shard-loss.js";
import type { TrainingBuffers, TrainingWorkspace } from "./workspace.js";

/** A shard of a batch in training. */
export interface GradientContext extends LossContext {
  readonly work: TrainingWorkspace;
}

/**
 * Σ weight · loss of one shard; its gradient is in the workspace's `shardGradient`. Call `network.pack` before it.
 *
 * If the workspace holds fewer steps than the window, the forward pass stores the state before each segment, and the backward pass computes
 * the activations of a segment again (gradient checkpointing). The operations are the same, so the bits are those of stored activations.
 */
export function* shardGradient(context: GradientContext): Pass<number> {
  const { network, work, data, batch, shard } = context;
  const { training, segment: length } = work;
  const { start, end } = windowOf(batch, data.steps);
  const sum = yield* shardLoss(context, length < end - start);
  clearGradients(context);
  const last = start + Math.floor((end - start - 1) / length) * length;
  for (let first = last; first >= start; first -= length) {
    const segment = { first, steps: Math.min(length, end - first) };
    if (first < last) {
      copyStoredStates(context, (first - start) / length, true);
      yield* segmentLoss(context, segment, 0);
    }
    yield* backwardSegment(context, segment, targetSteps(context, segment).steps);
  }
  if (start === 0 && !batch.startsFromCarried && !data.states) addInitialStateGradient(network, training, shard);
  if (!network.shape.bias) clearBiases(network, training.shardGradient);
  return sum;
}

/** gradient += shardGradient / weight. Dividing here keeps sums of integers exact, such as those of the mean absolute error. */
export function addShardGradient(network: Network, { training }: TrainingWorkspace, weight: number): void {
  const { gradient, shardGradient } = training;
  addScaled(network.kernel, gradient, shardGradient, Math.fround(1 / weight));
}

function clearGradients({ network, work, shard }: GradientContext): void {
  const { kernel, layout } = network;
  kernel.clear(work.training.shardGradient);
  for (const { shape, index } of layout.tracks)
    kernel.clear(part(work.training.tracks[index]!.dState, 0, panelCount(shard) * layerLayout(shape).statePanel));
}

/** Adds the gradient with respect to the states before the first step, row by row, into that of the learned initial state. */
function addInitialStateGradient(network: Network, { tracks, shardGradient }: TrainingBuffers, shard: Shard): void {
  if (!network.learnedState) return;
  const { units, stateStart } = network.layout;
  const gradient = network.kernel.floats(part(shardGradient, stateStart, units * tracks.length));
  tracks.forEach(({ dState }, i) => {
    const d = network.kernel.floats(dState);
    for (let row = 0; row < shard.count; row++) {
      for (let j = 0; j < network.shape.hiddenSize; j++) {
        const at = (row >> 3) * units * PANEL + j * PANEL + (row & 7);
        gradient[i * units + j] = gradient[i * units + j]! + d[at]!;
      }
    }
  });
}

/** Sets the gradient of the biases to zero, for networks without biases. */
function clearBiases(network: Network, gradient: Block): void {
  for (const { shape, start } of network.layout.tracks) {
    const l = layerLayout(shape);
    network.kernel.clear(part(gradient, start + shape.inputSize * l.columns, l.biases * l.columns));
  }
}
