import {
  addScaled,
  type Block,
  type DropoutKey,
  headLayout,
  layerLayout,
  loss,
  PANEL,
  type Panels,
  panelsOf,
  type Shard,
} from "@sluice/kernel-wasm";
import { type Network, part } from "../network/network.js";
import { type PlacedSequences, weightOf } from "../network/placement.js";
import type { TrainingBuffers, TrainingWorkspace, Workspace } from "../network/workspace.js";
import { backwardSegment } from "./backward-pass.js";
import {
  begin,
  carryStates,
  copyStates,
  entry,
  outputPanels,
  panelsAt,
  runSegment,
  shardsOf,
} from "./forward-pass.js";

/**
 * The mean loss of samples [first, first + count).
 * A training workspace gets the gradients of the mean added into `gradient`; `key` draws what is dropped.
 */
export function meanLoss(
  network: Network,
  work: Workspace | TrainingWorkspace,
  data: PlacedSequences,
  first: number,
  count: number,
  key?: DropoutKey["key"],
): number {
  const weight = weightOf(network, data, first, count);
  if (weight === 0) return 0;
  let sum = 0;
  if ("training" in work) {
    network.pack(work.training);
    for (const shard of shardsOf(first, count)) {
      sum += gradientOfShard(network, work, data, shard, key);
      addShardGradient(network, work, weight);
    }
  } else {
    network.pack();
    for (const shard of shardsOf(first, count)) sum += forwardShard(network, work, data, shard);
  }
  return sum / weight;
}

/**
 * Σ weight · loss of one shard; `shardGradient` gets its gradient. Call `pack` before.
 *
 * Where the workspace holds a segment of the steps, the forward pass keeps the state before each; going back, a
 * segment's activations are computed again, by the same operations, so that the bits are those of a pass that stored all.
 */
export function gradientOfShard(
  network: Network,
  work: TrainingWorkspace,
  data: PlacedSequences,
  shard: Shard,
  key?: DropoutKey["key"],
): number {
  const { kernel, layout } = network;
  const { training, segment } = work;
  const borders = segment < data.steps ? training.tracks.map((track) => track.borders) : undefined;
  const sum = forwardShard(network, work, data, shard, key, borders);
  kernel.clear(training.shardGradient);
  layout.tracks.forEach(({ shape }, i) => {
    const length = panelsOf(shard) * layerLayout(shape).statePanel;
    kernel.clear({ offset: training.tracks[i]!.dState.offset, length });
  });
  const last = Math.floor((data.steps - 1) / segment) * segment;
  for (let t = last; t >= 0; t -= segment) {
    if (borders && t < last) {
      borders.forEach((border, i) => {
        copyStates(
          network,
          shard,
          i,
          borderOf(network, border, i, shard, t / segment),
          entry(network, work, i, shard),
        );
      });
      forwardSegment(network, work, data, shard, key, t, 0);
    }
    const steps = Math.min(segment, data.steps - t);
    const counted = outputSteps(network, data, t, steps)?.steps ?? 0;
    backwardSegment({ network, work, shard, lengths: data.lengths, key, first: t, steps }, counted);
  }
  if (!data.states) addInitialStateGradient(network, training, shard);
  if (!network.shape.bias) clearBiases(network, training.shardGradient);
  return sum;
}

/** gradient += shardGradient / weight: divided here, sums of whole numbers are exact, those of the mean absolute error for one. */
export function addShardGradient(
  network: Network,
  { training: { gradient, shardGradient } }: TrainingWorkspace,
  weight: number,
): void {
  addScaled(network.kernel, gradient, shardGradient, gradient.length, Math.fround(1 / weight));
}

/** All steps of a shard: Σ weight · loss. The activations of the last segment stay; `borders` get the state before each. */
function forwardShard(
  network: Network,
  work: Workspace,
  data: PlacedSequences,
  shard: Shard,
  key?: DropoutKey["key"],
  borders?: readonly Block[],
): number {
  const { segment } = work;
  begin(network, work, data, shard, key);
  let sum = 0;
  for (let t = 0; t < data.steps; t += segment) {
    if (t > 0) carryStates(network, work, shard, segment);
    borders?.forEach((border, i) => {
      copyStates(network, shard, i, entry(network, work, i, shard), borderOf(network, border, i, shard, t / segment));
    });
    sum = forwardSegment(network, work, data, shard, key, t, sum);
  }
  return sum;
}

/** The steps of the segment that begins at `first`, and their loss; leaves its gradient by outputs or features. */
function forwardSegment(
  network: Network,
  work: Workspace,
  data: PlacedSequences,
  shard: Shard,
  key: DropoutKey["key"] | undefined,
  first: number,
  sum: number,
): number {
  const steps = Math.min(work.segment, data.steps - first);
  const top = runSegment(network, work, data, shard, key, first, steps);
  const place = outputSteps(network, data, first, steps);
  if (!place) return sum;
  const { kernel } = network;
  const { head } = network.layout;
  const l = headLayout(head);
  const headed = head.outputSize > 0;
  const features = { ...top, at: top.at + PANEL * 4 };
  const outputs = headed ? outputPanels(network, work, shard) : features;
  const dOutputs = { block: work.outputs, size: headed ? l.outputs : l.features };
  return loss(kernel, work.loss, dOutputs, outputs, data.y, data.weights, shard, place.first, place.steps, sum);
}

/** Which steps of the targets a segment's outputs are for: none but the last's where only the last counts. */
function outputSteps(
  network: Network,
  data: PlacedSequences,
  first: number,
  steps: number,
): { first: number; steps: number } | undefined {
  if (network.shape.outputs === "all") return { first, steps };
  return first + steps === data.steps ? { first: 0, steps: 1 } : undefined;
}

function borderOf(network: Network, border: Block, index: number, shard: Shard, segment: number): Panels {
  const all = panelsAt(border, shard, layerLayout(network.layout.tracks[index]!.shape).statePanel);
  return { ...all, at: all.at + segment * all.step };
}

/** Adds the gradient by the states before the first step, row by row, into that of the initial state. */
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

/** Biases that the network does not have stay at zero. */
function clearBiases(network: Network, gradient: Block): void {
  for (const { shape, start } of network.layout.tracks) {
    const l = layerLayout(shape);
    network.kernel.floats(part(gradient, start + shape.inputSize * l.columns, l.biases * l.columns)).fill(0);
  }
}
