import {
  type Block,
  gruBackward,
  headBackward,
  headGradient,
  headLayout,
  inputGradient,
  layerLayout,
  moveUnits,
  type Panels,
  panelCount,
  panelsIn,
  SEGMENT,
  stepsFrom,
  unitsFrom,
} from "@sluice/kernel-wasm";
import { gathersFeatures, type Track } from "../config/shape.js";
import { part } from "../network/network.js";
import { activationsOf, dropInputs } from "./dropout.js";
import { featuresOf, moveInPieces } from "./features.js";
import { headOperations, layerOperations } from "./operations.js";
import { inPieces, type Pass } from "./pass.js";
import type { Segment, ShardContext } from "./shard-context.js";
import type { TrainingWorkspace } from "./workspace.js";

interface BackwardContext extends ShardContext {
  readonly work: TrainingWorkspace;
}

/**
 * Back-propagates through a segment whose activations are in the workspace, and adds into `shardGradient`. `outputSteps` is the number of
 * steps whose gradient with respect to the outputs is in the workspace: all steps, 1 for the last step alone, or 0.
 */
export function* backwardSegment(context: BackwardContext, segment: Segment, outputSteps: number): Pass {
  const { layers, head } = context.network.layout;
  if (outputSteps > 0 && head.outputSize > 0) {
    yield* headInputGradient(context, outputSteps);
    yield* headWeightGradient(context, segment, outputSteps);
  }
  for (const tracks of [...layers].reverse()) {
    for (const track of tracks) {
      const dStates = yield* stateGradient(context, segment, track, outputSteps);
      yield* stepTrackBackward(context, segment, track, dStates);
      if (track.layer > 0) yield* trackInputGradient(context, segment, track);
    }
    if (tracks[0]!.layer > 0) yield* featureGradient(context, segment, tracks);
  }
}

/** dFeatures, the gradient with respect to the top layer's features. */
function headInputGradient({ network, work, shard }: BackwardContext, steps: number): Iterable<undefined> {
  const { head } = network.layout;
  const { headTransposed: transposed, dFeatures } = work.training;
  const l = headLayout(head);
  const panels = panelCount(shard);
  return inPieces(work.budget, steps, headOperations(head, shard), (from, to) => {
    const stepsOf = (block: Block, panelSize: number) =>
      part(block, from * panels * panelSize, (to - from) * panels * panelSize);
    headBackward(network.kernel, head, {
      transposed,
      dFeatures: stepsOf(dFeatures, l.dFeaturePanel),
      dOutputs: stepsOf(work.outputs, l.outputPanel),
      shard,
      steps: to - from,
    });
  });
}

/** The gradient of the head's weights: segments of SEGMENT steps, the last first. */
function* headWeightGradient(context: BackwardContext, segment: Segment, steps: number): Pass {
  const { network, work, shard } = context;
  const { layers, head } = network.layout;
  const { shardGradient, scratch } = work.training;
  const gradient = network.headPart(shardGradient);
  const features = featuresOf(context, layers.at(-1)!, segment);
  const operations = headOperations(head, shard);
  for (let from = Math.floor((steps - 1) / SEGMENT) * SEGMENT; from >= 0; from -= SEGMENT) {
    const to = Math.min(from + SEGMENT, steps);
    headGradient(network.kernel, head, { gradient, scratch, features, dOutputs: work.outputs, shard, from, to });
    if (work.budget.spend((to - from) * operations)) yield;
  }
}

/** The gradient with respect to a track's states from the head or the layer above, in the track's order of time. */
function* stateGradient(context: BackwardContext, segment: Segment, track: Track, outputSteps: number): Pass<Block> {
  const { network, work, data, shard } = context;
  const { kernel, shape, layout } = network;
  const { dFeatures, tracks } = work.training;
  const isTop = track.layer === shape.layers - 1;
  const above = !isTop || layout.head.outputSize > 0 ? dFeatures : work.outputs;
  const { dStates } = tracks[track.index]!;
  if (!dStates || (!isTop && !gathersFeatures(shape))) return isTop ? above : tracks[track.index + 1]!.dInputs!;

  kernel.clear(dStates);
  const panels = panelCount(shard);
  const { hiddenSize: units } = shape;
  const direction = layout.layers[track.layer]!.indexOf(track);
  const to = panelsIn(dStates, panels, layerLayout(track.shape).statePanel);
  const from = unitsFrom(panelsIn(above, panels, headLayout(layout.head).dFeaturePanel), direction * units);
  if (isTop && shape.outputs === "last") {
    const last = stepsFrom(to, segment.steps - 1);
    if (outputSteps > 0) moveUnits(kernel, { to: last, from, units, shard, steps: 1 });
  } else {
    const lengths = track.reversed ? data.lengths : undefined;
    yield* moveInPieces(context, segment, { to, from, units, lengths, add: true });
  }
  return dStates;
}

/** Back-propagates through the steps of a track, the last first. */
function stepTrackBackward(
  context: BackwardContext,
  { steps }: Segment,
  track: Track,
  dStates: Block,
): Iterable<undefined> {
  const { network, work, shard } = context;
  const gradients = work.training.tracks[track.index]!;
  const activations = activationsOf(context, track.index);
  const operations = 2 * layerOperations(track.shape, shard) - inputOperations(context, track);
  return inPieces(work.budget, steps, operations, (done, next) => {
    const [from, to] = [steps - next, steps - done];
    gruBackward(network.kernel, track.shape, { activations, gradients, dStates, shard, from, to, steps });
  });
}

/** The gradient with respect to a track's inputs. */
function trackInputGradient(context: BackwardContext, { steps }: Segment, track: Track): Iterable<undefined> {
  const { network, work, shard } = context;
  const gradients = work.training.tracks[track.index]!;
  const activations = activationsOf(context, track.index);
  const dInputs = gradients.dInputs!;
  return inPieces(work.budget, steps, inputOperations(context, track), (from, to) => {
    inputGradient(network.kernel, track.shape, { activations, gradients, dInputs, shard, from, to });
  });
}

/** Operations of one step of `inputGradient`. */
function inputOperations({ shard }: BackwardContext, { shape }: Track): number {
  const { inputSize, hiddenSize } = shape;
  return (layerOperations(shape, shard) * inputSize) / (inputSize + hiddenSize);
}

/** The gradient with respect to the features of the layer below: the sum over a layer's tracks, with dropout applied. */
function* featureGradient(context: BackwardContext, segment: Segment, tracks: readonly Track[]): Pass {
  const { network, work, data, shard } = context;
  const { dFeatures, tracks: gradients } = work.training;
  const { layer, shape } = tracks[0]!;
  const { inputSize: units } = shape;
  const panels = panelCount(shard);
  const dInputsOf = ({ index }: Track): Panels =>
    panelsIn(gradients[index]!.dInputs!, panels, layerLayout(shape).dInputPanel);
  if (!gathersFeatures(network.shape)) {
    yield* dropInputs(context, segment, { panels: dInputsOf(tracks[0]!), units, layer });
    return;
  }
  network.kernel.clear(dFeatures);
  const sum = panelsIn(dFeatures, panels, headLayout(network.layout.head).dFeaturePanel);
  for (const track of tracks) {
    const lengths = track.reversed ? data.lengths : undefined;
    yield* moveInPieces(context, segment, { to: sum, from: dInputsOf(track), units, lengths, add: true });
  }
  yield* dropInputs(context, segment, { panels: sum, units, layer });
}
