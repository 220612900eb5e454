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
  panelsOf,
  SEGMENT,
  type Shard,
} from "@sluice/kernel-wasm";
import { gathersFeatures, type Track } from "../config/shape.js";
import { type Network, part } from "../network/network.js";
import { activationsOf, drop, features, headOperations, move, operationsOf, panelsAt } from "./forward-pass.js";
import { inPieces, type Pass } from "./pass.js";
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
  if (counted > 0 && head.outputSize > 0) yield* backwardHead(segment, counted);
  for (const own of [...layers].reverse()) {
    for (const { index, shape } of own) {
      const [a, g] = [activationsOf(work, index, key), tracks[index]!];
      const dStates = yield* dStatesOf(segment, layers, index, counted);
      const forward = operationsOf(shape, shard);
      const byInputs = (forward * shape.inputSize) / (shape.inputSize + shape.hiddenSize);
      const goingBack = inPieces(work.effort, steps, 2 * forward - byInputs, (from, to) => {
        gruBackward(network.kernel, shape, a, g, dStates, shard, steps - to, steps - from, steps);
      });
      if (goingBack) yield* goingBack;
      const { dInputs } = g;
      if (!dInputs) continue;
      const byX = inPieces(work.effort, steps, byInputs, (from, to) => {
        inputGradient(network.kernel, shape, a, g, dInputs, shard, from, to);
      });
      if (byX) yield* byX;
    }
    if (own[0]!.layer > 0) yield* dFeaturesBelow(segment, own);
  }
}

/** The head's weights and dFeatures, from the gradient by its outputs. */
function* backwardHead({ network, work, shard, steps }: Segment, counted: number): Pass {
  const { kernel, shape } = network;
  const { layers, head } = network.layout;
  const { headTransposed, dFeatures, shardGradient, scratch } = work.training;
  const top = gathersFeatures(shape)
    ? panelsAt(work.features.at(-1)!, shard, headLayout(head).featurePanel)
    : features(work, layers.at(-1)![0]!, shard, steps, shape.outputs === "last");
  const operations = headOperations(head, shard);
  const l = headLayout(head);
  const panels = panelsOf(shard);
  const headBack = inPieces(work.effort, counted, operations, (from, to) => {
    const at = (block: Block, each: number) => part(block, from * panels * each, (to - from) * panels * each);
    const [dF, dY] = [at(dFeatures, l.dFeaturePanel), at(work.outputs, l.outputPanel)];
    headBackward(kernel, head, headTransposed, dF, dY, shard, to - from);
  });
  if (headBack) yield* headBack;
  const gradient = network.headPart(shardGradient);
  for (let from = Math.floor((counted - 1) / SEGMENT) * SEGMENT; from >= 0; from -= SEGMENT) {
    const to = Math.min(from + SEGMENT, counted);
    headGradient(kernel, head, gradient, scratch, top, work.outputs, shard, from, to);
    if (work.effort.reaches((to - from) * operations)) yield;
  }
}

/** The gradient by a track's states from above, in its own order of time. */
function* dStatesOf(
  { network, work, shard, lengths, steps }: Segment,
  layers: readonly (readonly Track[])[],
  index: number,
  counted: number,
): Pass<Block> {
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
    const moving = move(network, work, to, from, shape.hiddenSize, shard, steps, order);
    if (moving) yield* moving;
  }
  return dStates;
}

/** From the gradients by a layer's inputs to those by the features of the layer below, what was dropped left out. */
function* dFeaturesBelow(
  { network, work, shard, lengths, key, first, steps }: Segment,
  tracks: readonly Track[],
): Pass {
  const { kernel, layout } = network;
  const { layer, shape } = tracks[0]!;
  const { dFeatures, tracks: gradients } = work.training;
  const dInputs = tracks.map(({ index }) =>
    panelsAt(gradients[index]!.dInputs!, shard, layerLayout(shape).dInputPanel),
  );
  if (!gathersFeatures(network.shape)) {
    const dropping = drop(network, work, dInputs[0]!, shape.inputSize, layer, shard, key, first, steps);
    if (dropping) yield* dropping;
    return;
  }
  kernel.clear(dFeatures);
  const sum = panelsAt(dFeatures, shard, headLayout(layout.head).dFeaturePanel);
  for (const [d, { reversed }] of tracks.entries()) {
    const order = { lengths: reversed ? lengths : undefined, add: true };
    const moving = move(network, work, sum, dInputs[d]!, shape.inputSize, shard, steps, order);
    if (moving) yield* moving;
  }
  const dropping = drop(network, work, sum, shape.inputSize, layer, shard, key, first, steps);
  if (dropping) yield* dropping;
}
