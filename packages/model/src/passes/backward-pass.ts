import {
  type Block,
  type DropoutKey,
  gruBackward,
  headBackward,
  headGradient,
  headLayout,
  inputGradient,
  layerLayout,
  moveUnits,
  PANEL,
  SEGMENT,
  type Shard,
} from "@sluice/kernel-wasm";
import type { Network } from "../network/network.js";
import { gathersFeatures, type Track } from "../network/shape.js";
import { activationsOf, drop, features, operationsOf, panelsAt } from "./forward-pass.js";
import { type Pass, stepsOfPiece } from "./pass.js";
import type { TrainingWorkspace } from "./workspace.js";

/** A segment on its way back: what every part of it reads. */
interface Segment {
  readonly network: Network;
  readonly work: TrainingWorkspace;
  readonly shard: Shard;
  /** Steps of each sample, where time may run backward. */
  readonly lengths: Block | undefined;
  readonly key: DropoutKey["key"] | undefined;
  readonly first: number;
  readonly steps: number;
}

/**
 * Steps [first, first + steps) backward, their activations and the gradient by `counted` outputs in the workspace: all of the steps', the last
 * one's, or none.
 */
export function* backwardSegment(segment: Segment, counted: number): Pass {
  const { network, work, shard, steps, key } = segment;
  const { layers, head } = network.layout;
  const { tracks } = work.training;
  if (counted > 0 && head.outputSize > 0) backwardHead(segment, counted);
  for (const own of [...layers].reverse()) {
    for (const { index, shape } of own) {
      const [a, g] = [activationsOf(work, index, key), tracks[index]!];
      const dStates = dStatesOf(segment, layers, index, counted);
      const forward = operationsOf(shape, shard);
      const byInputs = (forward * shape.inputSize) / (shape.inputSize + shape.hiddenSize);
      const operations = 2 * forward - byInputs;
      const piece = stepsOfPiece(operations);
      for (let to = steps; to > 0; to -= piece) {
        const from = Math.max(0, to - piece);
        gruBackward(network.kernel, shape, a, g, dStates, shard, from, to, steps);
        if (work.effort.reaches((to - from) * operations)) yield;
      }
      for (let t = 0; g.dInputs && t < steps; t += piece) {
        const to = Math.min(steps, t + piece);
        inputGradient(network.kernel, shape, a, g, g.dInputs, shard, t, to);
        if (work.effort.reaches((to - t) * byInputs)) yield;
      }
    }
    if (own[0]!.layer > 0) dFeaturesBelow(segment, own);
  }
}

/** The head's weights and dFeatures, from the gradient by its outputs. */
function backwardHead({ network, work, shard, steps, lengths }: Segment, counted: number): void {
  const { kernel, shape } = network;
  const { layers, head } = network.layout;
  const { headTransposed, dFeatures, shardGradient, scratch } = work.training;
  const top = gathersFeatures(shape)
    ? panelsAt(work.features.at(-1)!, shard, headLayout(head).featurePanel)
    : features(network, work, layers.at(-1)!, shard, lengths, steps, shape.outputs === "last");
  headBackward(kernel, head, headTransposed, dFeatures, work.outputs, shard, counted);
  const gradient = network.headPart(shardGradient);
  for (let from = Math.floor((counted - 1) / SEGMENT) * SEGMENT; from >= 0; from -= SEGMENT) {
    const to = Math.min(from + SEGMENT, counted);
    headGradient(kernel, head, gradient, scratch, top, work.outputs, shard, from, to);
  }
}

/** The gradient by a track's states from above, in its own order of time. */
function dStatesOf(
  { network, work, shard, lengths, steps }: Segment,
  layers: readonly (readonly Track[])[],
  index: number,
  counted: number,
): Block {
  const { kernel, shape, layout } = network;
  const track = layout.tracks[index]!;
  const { dFeatures, tracks } = work.training;
  const top = track.layer === layers.length - 1;
  const above = !top || layout.head.outputSize > 0 ? dFeatures : work.outputs;
  const { dStates } = tracks[index]!;
  if (!dStates || (!top && !gathersFeatures(shape))) return top ? above : tracks[index + 1]!.dInputs!;

  kernel.clear(dStates);
  const to = panelsAt(dStates, shard, layerLayout(track.shape).statePanel);
  const place = layers[track.layer]!.indexOf(track);
  const all = panelsAt(above, shard, headLayout(layout.head).dFeaturePanel);
  const from = { ...all, at: all.at + place * shape.hiddenSize * PANEL * 4 };
  if (top && shape.outputs === "last") {
    const last = { ...to, at: to.at + (steps - 1) * to.step };
    if (counted > 0) moveUnits(kernel, last, from, shape.hiddenSize, shard, 1);
  } else {
    const order = { lengths: track.reversed ? lengths : undefined, add: true };
    moveUnits(kernel, to, from, shape.hiddenSize, shard, steps, order);
  }
  return dStates;
}

/** From the gradients by a layer's inputs to those by the features of the layer below, what was dropped left out. */
function dFeaturesBelow(
  { network, work, shard, lengths, key, first, steps }: Segment,
  tracks: readonly Track[],
): void {
  const { kernel, layout } = network;
  const { layer, shape } = tracks[0]!;
  const { dFeatures, tracks: gradients } = work.training;
  const dInputs = tracks.map(({ index }) =>
    panelsAt(gradients[index]!.dInputs!, shard, layerLayout(shape).dInputPanel),
  );
  if (!gathersFeatures(network.shape)) {
    drop(network, dInputs[0]!, shape.inputSize, layer, shard, key, first, steps);
    return;
  }
  kernel.clear(dFeatures);
  const sum = panelsAt(dFeatures, shard, headLayout(layout.head).dFeaturePanel);
  tracks.forEach((track, d) => {
    const order = { lengths: track.reversed ? lengths : undefined, add: true };
    moveUnits(kernel, sum, dInputs[d]!, shape.inputSize, shard, steps, order);
  });
  drop(network, sum, shape.inputSize, layer, shard, key, first, steps);
}
