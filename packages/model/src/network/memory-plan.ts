import { headLayout, layerLayout, PANEL, SEGMENT } from "@sluice/kernel-wasm";
import { gathersFeatures, type NetworkShape, parameterLayout, type Track } from "../config/shape.js";

/**
 * The buffers in kernel memory, by name, in elements of 4 bytes. Every allocation follows one of these plans, so
 * `trainingMemory` can add them up. Letters as in assembly/gru.ts; docs/memory.md lists all buffers.
 */

/**
 * Rows of the batch that are computed together. Gradients are summed within a shard, then over the shards in
 * order; the shard size is constant, so results do not depend on the number of threads.
 */
export const SHARD = 32;
/** Steps that a pass without gradients keeps in memory at once, for networks that run forward. */
export const CHUNK = 64;

/** The buffers of a network. */
export function networkPlan(shape: NetworkShape) {
  const { total } = parameterLayout(shape);
  const head = headLayout(parameterLayout(shape).head);
  return {
    parameters: total,
    /** The optimizer's moments, laid out as `parameters`. */
    firstMoment: total,
    secondMoment: total,
    headPacked: head.weights,
    streamHead: head.weights,
    streamOutput: head.outputs,
  };
}

/** The buffers of a track: weights packed for batches and for streams, and the step of a stream. */
export function trackPlan(track: Track) {
  const l = layerLayout(track.shape);
  return { packed: l.weights, streamPacked: l.weights, streamVector: l.vector, streamGates: l.streamGates };
}

/** The input and outputs of a stream's step. */
export function streamPlan({ inputSize, hiddenSize, outputSize }: NetworkShape) {
  return { streamX: inputSize, streamY: outputSize, streamHidden: hiddenSize };
}

/** Rows of features: their elements, and the offset of each sample. */
export function rowsPlan(elements: number, samples: number) {
  return { source: elements, starts: samples };
}

/** The size of a pass: `rows` of the batch over `steps` steps, of which `segment` are in memory at once. */
export interface PassSize {
  readonly rows: number;
  readonly steps: number;
  readonly segment: number;
  /** Whether steps may be masked or reset. */
  readonly masked?: boolean;
  /** Whether states are carried from one update to the next. */
  readonly carries?: boolean;
}

/** Activations of one track for one shard; here and below, 0 for buffers that are not needed. */
export function trackForwardPlan(
  { recurrentDropout }: Pick<NetworkShape, "recurrentDropout">,
  track: Track,
  { rows, segment, masked = false }: PassSize,
) {
  const l = layerLayout(track.shape);
  const panels = panelsOfShard(rows);
  const apart = masked || recurrentDropout > 0;
  return {
    inputs: (segment + 1) * panels * l.inputPanel,
    gates: segment * panels * l.gatePanel,
    states: apart ? (segment + 1) * panels * l.separatePanel : 0,
    kept: apart ? l.statePanel : 0,
    masks: masked ? segment * panels * 16 : 0,
    factors: recurrentDropout > 0 ? panels * l.statePanel : 0,
  };
}

/** Features and outputs of one shard. */
export function forwardPlan(shape: NetworkShape, { rows, segment }: PassSize) {
  const h = headLayout(parameterLayout(shape).head);
  const panels = panelsOfShard(rows);
  /** Without a head, the gradient with respect to the features. */
  const outputPanel = shape.outputSize > 0 ? h.outputPanel : h.dFeaturePanel;
  const features = gathersFeatures(shape) ? (segment + 1) * panels * h.featurePanel : 0;
  return {
    outputs: segment * panels * outputPanel,
    ...Object.fromEntries(Array.from({ length: shape.layers }, (_, i) => [`features${i || ""}`, features])),
  };
}

/** The further buffers of a track's backward pass. */
export function trackBackwardPlan(shape: NetworkShape, track: Track, { rows, steps, segment }: PassSize) {
  const l = layerLayout(track.shape);
  const panels = panelsOfShard(rows);
  const inner = track.layer > 0;
  const own = gathersFeatures(shape) || shape.outputs === "last";
  return {
    transposed: l.transposed,
    dState: panels * l.statePanel,
    dStates: own ? segment * panels * l.statePanel : 0,
    inputTransposed: inner ? l.inputTransposed : 0,
    dInputs: inner ? segment * panels * l.dInputPanel : 0,
    /** The state before each segment, if there are several. */
    borders: segment < steps ? Math.ceil(steps / segment) * panels * l.statePanel : 0,
  };
}

/** The further buffers of a backward pass that are not per track. */
export function backwardPlan(shape: NetworkShape, { rows, segment, carries = false }: PassSize) {
  const { head, total, tracks } = parameterLayout(shape);
  const h = headLayout(head);
  const panels = panelsOfShard(rows);
  return {
    /** Laid out as `parameters`: the sum over the shards, and that of one shard. */
    gradient: total,
    shardGradient: total,
    headTransposed: h.transposed,
    dFeatures: segment * panels * h.dFeaturePanel,
    scratch: panels * Math.max(h.scratchPanel, ...tracks.map((track) => layerLayout(track.shape).scratchPanel)),
    carried: carries ? tracks.length * rows * shape.hiddenSize : 0,
    carriedStarts: carries ? rows : 0,
  };
}

/** Steps whose activations training holds at once: all or, with gradient checkpointing, about √T, a multiple of SEGMENT. */
export function segmentOf(steps: number, gradientCheckpointing: boolean): number {
  return gradientCheckpointing ? Math.min(steps, SEGMENT * Math.ceil(Math.sqrt(steps) / SEGMENT)) : steps;
}

/** Steps that a pass without gradients holds at once. */
export function chunkOf(shape: Pick<NetworkShape, "direction">, steps: number): number {
  return gathersFeatures(shape) ? steps : Math.min(steps, CHUNK);
}

function panelsOfShard(rows: number): number {
  return Math.ceil(Math.min(rows, SHARD) / PANEL);
}
