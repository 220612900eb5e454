import {
  type Block,
  headLayout,
  moveUnits,
  type Panels,
  panelCount,
  panelsIn,
  statesAfter,
  stepsFrom,
  unitsFrom,
} from "@sluice/kernel-wasm";
import { gathersFeatures, type Track } from "../config/shape.js";
import { elementsOf, MOVE_COST } from "./operations.js";
import { inPieces, type Pass } from "./pass.js";
import type { Segment, ShardContext } from "./shard-context.js";
import { trackStatesAfter } from "./states.js";

/** Whether only the features of a layer's last step are used. */
export function usesLastStep({ network: { shape } }: ShardContext, layer: number): boolean {
  return shape.outputs === "last" && layer === shape.layers - 1;
}

/** The features of a layer (T, P, 1 + F, 8) behind a row of ones, in the order of time; of the last step alone if only that is used. */
export function featuresOf(context: ShardContext, tracks: readonly Track[], { steps }: Segment): Panels {
  const { network, work, shard } = context;
  const { shape, index, layer } = tracks[0]!;
  const panels = panelCount(shard);
  if (gathersFeatures(network.shape))
    return panelsIn(work.features[layer]!, panels, headLayout(network.layout.head).featurePanel);
  const states = statesAfter(shape, work.activations[index]!, panels);
  return usesLastStep(context, layer) ? stepsFrom(states, steps - 1) : states;
}

/** Copies the states of a layer's tracks to its features: directions side by side, steps in the order of time. */
export function* gatherFeatures(context: ShardContext, tracks: readonly Track[], segment: Segment): Pass {
  const { network, data, shard } = context;
  const { hiddenSize: units } = network.shape;
  const features = featuresOf(context, tracks, segment);
  for (const [direction, { index, reversed, layer }] of tracks.entries()) {
    const from = trackStatesAfter(context, index);
    const to = unitsFrom(features, 1 + direction * units);
    if (usesLastStep(context, layer)) {
      moveUnits(network.kernel, { to, from: stepsFrom(from, segment.steps - 1), units, shard, steps: 1 });
    } else {
      yield* moveInPieces(context, segment, { to, from, units, lengths: reversed ? data.lengths : undefined });
    }
  }
}

/** `moveUnits` of all steps of a segment, in pieces. */
export function moveInPieces(
  { network, work, shard }: ShardContext,
  { steps }: Segment,
  move: { to: Panels; from: Panels; units: number; lengths: Block | undefined; add?: boolean },
): Iterable<undefined> {
  return inPieces(work.budget, steps, MOVE_COST * elementsOf(move.units, shard), (first, end) => {
    moveUnits(network.kernel, { ...move, shard, first, steps: end - first });
  });
}

/** The outputs of the head (T, P, Op, 8). */
export function outputsOf({ network, work, shard }: ShardContext): Panels {
  return panelsIn(work.outputs, panelCount(shard), headLayout(network.layout.head).outputPanel);
}
