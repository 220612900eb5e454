import {
  headLayout,
  layerLayout,
  loss,
  panelCount,
  panelsIn,
  type Rows,
  SEGMENT,
  scatter,
  stepsFrom,
  unitsFrom,
} from "@sluice/kernel-wasm";
import { part } from "../network/network.js";
import type { PlacedSequences } from "../network/placement.js";
import { type Batch, windowOf } from "./batch.js";
import { outputsOf } from "./features.js";
import { forwardSegment } from "./forward-pass.js";
import { elementsOf, LOSS_COST } from "./operations.js";
import { inPieces, type Pass } from "./pass.js";
import type { Segment, ShardContext } from "./shard-context.js";
import { carryStates, copyState, initialStateOf, prepareShard, trackStatesBefore } from "./states.js";
import type { TrainingWorkspace, Workspace } from "./workspace.js";

/** A shard of a batch with targets. */
export interface LossContext extends ShardContext {
  readonly work: Workspace | TrainingWorkspace;
  readonly data: PlacedSequences;
  readonly batch: Batch;
}

/**
 * Σ weight · loss of one shard, with the batch's weights. Call `network.pack` before it. The activations of the last segment stay in the
 * workspace; `storesStates` also stores the state before each segment in the workspace's `borders`.
 */
export function* shardLoss(context: LossContext, storesStates = false): Pass<number> {
  const { network, work, data, shard, batch } = context;
  const { segment } = work;
  const { start, end } = windowOf(batch, data.steps);
  const carried = "training" in work ? work.carried : undefined;
  const carriedShard = { first: shard.first - batch.first, count: shard.count };
  const initial = batch.startsFromCarried
    ? { rows: carried, shard: carriedShard }
    : initialStateOf(network, data, shard);
  prepareShard(context, initial);
  let sum = 0;
  for (let t = start; t < end; t += segment) {
    if (t > start) carryStates(context, segment);
    if (storesStates) copyStoredStates(context, (t - start) / segment, false);
    sum = yield* segmentLoss(context, { first: t, steps: Math.min(segment, end - t) }, sum);
    const { carriesStatesAt = 0 } = batch;
    if (carried && carriesStatesAt > t && carriesStatesAt <= t + segment)
      saveCarried(context, carriesStatesAt - t, carried);
  }
  return sum;
}

/** Runs a segment and adds its loss to `sum`; leaves the gradient with respect to the outputs, or the features, in `work.outputs`. */
export function* segmentLoss(context: LossContext, segment: Segment, sum: number): Pass<number> {
  const { network, work, data, shard, batch } = context;
  const features = yield* forwardSegment(context, segment);
  const targets = targetSteps(context, segment);
  if (targets.steps === 0) return sum;
  const { kernel, layout } = network;
  const l = headLayout(layout.head);
  const hasHead = layout.head.outputSize > 0;
  const outputs = hasHead ? outputsOf(context) : unitsFrom(features, 1);
  const size = hasHead ? l.outputs : l.features;
  const stepSize = elementsOf(size, shard);
  const { lossStart } = windowOf(batch, data.steps);
  const skipped = Math.min(segment.steps, Math.max(0, lossStart - segment.first));
  if (skipped > 0) kernel.clear(part(work.outputs, 0, skipped * stepSize));
  if (skipped === segment.steps) return sum;
  let total = sum;
  const steps = targets.steps - skipped;
  const segments = Math.ceil(steps / SEGMENT); // a loss may be split only at multiples of SEGMENT
  yield* inPieces(work.budget, segments, LOSS_COST * stepSize * Math.min(steps, SEGMENT), (from, to) => {
    const at = skipped + from * SEGMENT;
    const end = skipped + Math.min(to * SEGMENT, steps);
    total = loss(kernel, work.loss, {
      dOutputs: part(work.outputs, at * stepSize, (end - at) * stepSize),
      size,
      outputs: stepsFrom(outputs, at),
      targets: data.y,
      weights: data.weights,
      shard,
      first: targets.first + at,
      steps: end - at,
      sum: total,
    });
  });
  return total;
}

/** The steps of the targets for a segment's outputs. If only the last step has an output, that is step 0 of the targets. */
export function targetSteps({ network, data }: LossContext, segment: Segment): Segment {
  if (network.shape.outputs === "all") return segment;
  return { first: 0, steps: segment.first + segment.steps === data.steps ? 1 : 0 };
}

/** Stores the states before the workspace's first step as those before segment number `segment`; or restores them to the workspace. */
export function copyStoredStates(context: LossContext, segment: number, restore: boolean): void {
  const { network, work, shard } = context;
  for (const { index, shape } of network.layout.tracks) {
    const { borders } = (work as TrainingWorkspace).training.tracks[index]!;
    const stored = stepsFrom(panelsIn(borders, panelCount(shard), layerLayout(shape).statePanel), segment);
    const inWork = trackStatesBefore(context, index);
    copyState(context, index, restore ? stored : inWork, restore ? inWork : stored);
  }
}

/** Copies the states before step `step` in the workspace to the carried states of the shard's rows. */
function saveCarried(context: LossContext, step: number, { source, starts }: Rows): void {
  const { network, shard, batch } = context;
  const { hiddenSize: units } = network.shape;
  const rows = starts.length;
  for (const { index } of network.layout.tracks) {
    scatter(network.kernel, {
      out: part(source, index * rows * units, rows * units),
      from: stepsFrom(trackStatesBefore(context, index), step),
      units,
      shard,
      steps: 1,
      batch: rows,
      row: shard.first - batch.first,
    });
  }
}
