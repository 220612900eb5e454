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
  type Rows,
  SEGMENT,
  type Shard,
  scatter,
} from "@sluice/kernel-wasm";
import { type Network, part } from "../network/network.js";
import { type PlacedSequences, weightOf } from "../network/placement.js";
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
  startOf,
  stepsFrom,
} from "./forward-pass.js";
import { inPieces, LOSS, type Pass } from "./pass.js";
import type { TrainingBuffers, TrainingWorkspace, Workspace } from "./workspace.js";

/** Steps [start, end) of a batch, of which those from `counted` on have a loss. */
export interface Window {
  readonly start: number;
  readonly counted: number;
  readonly end: number;
}

/** What of the data a pass takes. */
export interface Batch {
  /** Samples [first, first + count). */
  readonly first: number;
  readonly count: number;
  /** All steps where absent. */
  readonly window?: Window | undefined;
  /** Draws what is dropped; nothing is dropped where absent. */
  readonly key?: DropoutKey["key"] | undefined;
  /** Whether the pass begins at the workspace's carried states. */
  readonly goesOn?: boolean;
  /** The step, or the end, before which states are left in their place for the next pass. */
  readonly leavesAt?: number | undefined;
}

/**
 * The mean loss of a batch; undefined where nothing of it counts.
 * A training workspace gets the gradients of the mean added into `gradient`.
 */
export function* meanLoss(
  network: Network,
  work: Workspace | TrainingWorkspace,
  data: PlacedSequences,
  batch: Batch,
): Pass<number | undefined> {
  const { first, count } = batch;
  const weight = weightOf(network, data, first, count, batch.window);
  if (weight === 0 && batch.leavesAt === undefined) return undefined;
  let sum = 0;
  if (weight > 0 && "training" in work) {
    network.pack(work.training);
    for (const shard of shardsOf(first, count)) {
      sum += yield* gradientOfShard(network, work, data, batch, shard);
      addShardGradient(network, work, weight);
    }
  } else {
    network.pack();
    for (const shard of shardsOf(first, count)) sum += yield* forwardShard(network, work, data, batch, shard);
  }
  return weight > 0 ? sum / weight : undefined;
}

/**
 * Σ weight · loss of one shard of a batch; `shardGradient` gets its gradient. Call `pack` before.
 *
 * Where the workspace holds a segment of the steps, the forward pass keeps the state before each; going back, a
 * segment's activations are computed again, by the same operations, so that the bits are those of a pass that stored all.
 */
export function* gradientOfShard(
  network: Network,
  work: TrainingWorkspace,
  data: PlacedSequences,
  batch: Batch,
  shard: Shard,
): Pass<number> {
  const { kernel, layout } = network;
  const { training, segment } = work;
  const { key } = batch;
  const { start, end } = windowOf(batch, data);
  const borders = segment < end - start ? training.tracks.map((track) => track.borders) : undefined;
  const sum = yield* forwardShard(network, work, data, batch, shard, borders);
  kernel.clear(training.shardGradient);
  layout.tracks.forEach(({ shape }, i) => {
    const length = panelsOf(shard) * layerLayout(shape).statePanel;
    kernel.clear({ offset: training.tracks[i]!.dState.offset, length });
  });
  const last = start + Math.floor((end - start - 1) / segment) * segment;
  for (let t = last; t >= start; t -= segment) {
    if (borders && t < last) {
      borders.forEach((border, i) => {
        const from = borderOf(network, border, i, shard, (t - start) / segment);
        copyStates(network, shard, i, from, entry(network, work, i, shard));
      });
      yield* forwardSegment(network, work, data, batch, shard, t, 0);
    }
    const steps = Math.min(segment, end - t);
    const outputs = outputSteps(network, data, t, steps)?.steps ?? 0;
    yield* backwardSegment({ network, work, shard, lengths: data.lengths, key, first: t, steps }, outputs);
  }
  if (start === 0 && !batch.goesOn && !data.states) addInitialStateGradient(network, training, shard);
  if (!network.shape.bias) clearBiases(network, training.shardGradient);
  return sum;
}

const windowOf = ({ window }: Batch, { steps }: PlacedSequences): Window =>
  window ?? { start: 0, counted: 0, end: steps };

/** gradient += shardGradient / weight: divided here, sums of whole numbers are exact, those of the mean absolute error for one. */
export function addShardGradient(
  network: Network,
  { training: { gradient, shardGradient } }: TrainingWorkspace,
  weight: number,
): void {
  addScaled(network.kernel, gradient, shardGradient, gradient.length, Math.fround(1 / weight));
}

/** The steps of a shard: Σ weight · loss. The activations of the last segment stay; `borders` get the state before each. */
function* forwardShard(
  network: Network,
  work: Workspace | TrainingWorkspace,
  data: PlacedSequences,
  batch: Batch,
  shard: Shard,
  borders?: readonly Block[],
): Pass<number> {
  const { segment } = work;
  const { start, end } = windowOf(batch, data);
  const carried = "training" in work ? work.carried : undefined;
  const own = { first: shard.first - batch.first, count: shard.count };
  begin(
    network,
    work,
    batch.goesOn ? { rows: carried, shard: own } : startOf(network, data, shard),
    shard,
    batch.key,
  );
  let sum = 0;
  for (let t = start; t < end; t += segment) {
    if (t > start) carryStates(network, work, shard, segment);
    borders?.forEach((border, i) => {
      const to = borderOf(network, border, i, shard, (t - start) / segment);
      copyStates(network, shard, i, entry(network, work, i, shard), to);
    });
    sum = yield* forwardSegment(network, work, data, batch, shard, t, sum);
    const { leavesAt = 0 } = batch;
    if (carried && leavesAt > t && leavesAt <= t + segment)
      leaveStates(network, work, shard, leavesAt - t, carried, own);
  }
  return sum;
}

/** Leaves the states before step `step` of a workspace in the rows of a shard. */
function leaveStates(network: Network, work: Workspace, shard: Shard, step: number, to: Rows, own: Shard): void {
  const { hiddenSize: H } = network.shape;
  const batch = to.starts.length;
  network.layout.tracks.forEach((_, i) => {
    const before = entry(network, work, i, shard);
    scatter(network.kernel, part(to.source, i * batch * H, batch * H), stepsFrom(before, step), H, shard, 1, {
      batch,
      row: own.first,
    });
  });
}

/** The steps of the segment that begins at `first`, and their loss; leaves its gradient by outputs or features. */
function* forwardSegment(
  network: Network,
  work: Workspace,
  data: PlacedSequences,
  batch: Batch,
  shard: Shard,
  first: number,
  sum: number,
): Pass<number> {
  const { counted, end } = windowOf(batch, data);
  const steps = Math.min(work.segment, end - first);
  const top = yield* runSegment(network, work, data, shard, batch.key, first, steps);
  const place = outputSteps(network, data, first, steps);
  if (!place) return sum;
  const { kernel } = network;
  const { head } = network.layout;
  const l = headLayout(head);
  const headed = head.outputSize > 0;
  const features = { ...top, at: top.at + PANEL * 4 };
  const outputs = headed ? outputPanels(network, work, shard) : features;
  const size = headed ? l.outputs : l.features;
  // steps before those that count are here for their states alone
  const idle = Math.min(steps, Math.max(0, counted - first));
  const each = panelsOf(shard) * size * PANEL;
  if (idle > 0) kernel.clear(part(work.outputs, 0, idle * each));
  if (idle === steps) return sum;
  const { y, weights } = data;
  let total = sum;
  const count = place.steps - idle;
  const measuring = inPieces(
    work.effort,
    count,
    LOSS * each,
    (from, to) => {
      const at = idle + from;
      const dOutputs = { block: part(work.outputs, at * each, (to - from) * each), size };
      const values = stepsFrom(outputs, at);
      total = loss(kernel, work.loss, dOutputs, values, y, weights, shard, place.first + at, to - from, total);
    },
    SEGMENT,
  );
  if (measuring) yield* measuring;
  return total;
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
