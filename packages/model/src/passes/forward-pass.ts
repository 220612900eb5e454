import {
  clearMasked,
  gather,
  gruForward,
  headForward,
  headLayout,
  inputsOf,
  type Panels,
  panelCount,
  stepsFrom,
  unitsFrom,
  writeMasks,
} from "@sluice/kernel-wasm";
import { gathersFeatures, type Track } from "../config/shape.js";
import { part } from "../network/network.js";
import { activationsOf, dropInputs } from "./dropout.js";
import { featuresOf, gatherFeatures, moveInPieces } from "./features.js";
import { elementsOf, GATHER_COST, headOperations, layerOperations } from "./operations.js";
import { inPieces, type Pass } from "./pass.js";
import type { Segment, ShardContext } from "./shard-context.js";

/**
 * Runs a segment through all layers and the head. Returns the top layer's features, behind a row of ones; of the last step alone if only
 * that is used. Call `prepareShard` before the first segment.
 */
export function* forwardSegment(context: ShardContext, segment: Segment): Pass<Panels> {
  const { layers, head } = context.network.layout;
  const gathers = gathersFeatures(context.network.shape);
  let features: Panels | undefined;
  for (const tracks of layers) {
    for (const track of tracks) {
      yield* writeInputs(context, segment, track, features);
      if (features && !gathers) yield* dropInputs(context, segment, inputsOfTrack(context, track));
      maskInputs(context, segment, track);
      yield* stepTrack(context, segment, track);
    }
    if (gathers) yield* gatherFeatures(context, tracks, segment);
    features = featuresOf(context, tracks, segment);
    const above = tracks[0]!.layer + 1;
    if (gathers && above < layers.length) {
      const panels = unitsFrom(features, 1);
      yield* dropInputs(context, segment, { panels, units: head.features, layer: above });
    }
  }
  if (head.outputSize > 0) yield* runHead(context, segment, features!);
  return features!;
}

/** A track's inputs in the workspace, as dropout takes them. */
function inputsOfTrack({ work, shard }: ShardContext, { shape, index, layer }: Track) {
  return { panels: inputsOf(shape, work.activations[index]!, panelCount(shard)), units: shape.inputSize, layer };
}

/** Copies x, or the features of the layer below, to a track's inputs, in the track's order of time. */
function writeInputs(
  context: ShardContext,
  segment: Segment,
  track: Track,
  below: Panels | undefined,
): Iterable<undefined> {
  const { network, work, data, shard } = context;
  const { first, steps } = segment;
  const { inputSize: units } = track.shape;
  const to = inputsOf(track.shape, work.activations[track.index]!, panelCount(shard));
  const lengths = track.reversed ? data.lengths : undefined;
  if (below) return moveInPieces(context, segment, { to, from: unitsFrom(below, 1), units, lengths });
  return inPieces(work.budget, steps, GATHER_COST * elementsOf(units, shard), (from, end) => {
    const steps = end - from;
    gather(network.kernel, { to: stepsFrom(to, from), rows: data.x, shard, first: first + from, steps, lengths });
  });
}

/** Writes the masks of a track, and sets its inputs of masked steps to zero. */
function maskInputs(context: ShardContext, { first, steps }: Segment, track: Track): void {
  const { network, work, data, shard } = context;
  const masks = work.activations[track.index]!.separate?.masks;
  if (!data.flags || !masks) return;
  const { panels, units } = inputsOfTrack(context, track);
  const lengths = track.reversed ? data.lengths : undefined;
  writeMasks(network.kernel, { masks, flags: data.flags, shard, first, steps, lengths });
  clearMasked(network.kernel, { panels, masks, units, shard, steps });
}

/** Runs the steps of a track on the inputs in the workspace. */
function stepTrack(context: ShardContext, { steps }: Segment, { shape, index }: Track): Iterable<undefined> {
  const { network, work, shard } = context;
  const weights = network.weights[index]!;
  const activations = activationsOf(context, index);
  return inPieces(work.budget, steps, layerOperations(shape, shard), (from, to) => {
    gruForward(network.kernel, shape, { weights, activations, shard, from, to });
  });
}

/** Runs the head on the top layer's features. */
function runHead({ network, work, shard }: ShardContext, segment: Segment, features: Panels): Iterable<undefined> {
  const { head } = network.layout;
  const steps = network.shape.outputs === "last" ? 1 : segment.steps;
  const size = panelCount(shard) * headLayout(head).outputPanel;
  return inPieces(work.budget, steps, headOperations(head, shard), (from, to) => {
    headForward(network.kernel, head, {
      weights: network.head,
      outputs: part(work.outputs, from * size, (to - from) * size),
      features: stepsFrom(features, from),
      shard,
      steps: to - from,
    });
  });
}
