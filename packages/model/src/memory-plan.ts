import { type GruShape, gruLayout, PANEL, SEGMENT } from "@sluice/kernel-wasm";

/**
 * What lies in kernel memory, by name, in elements of 4 bytes. Every allocation is one of these plans, so
 * `trainingMemory` adds up what training takes. Letters as in assembly/gru.ts; docs/memory.md has the whole table.
 */

/**
 * Rows of the batch that go through the network together. Gradients are summed within a shard, then shard by
 * shard in order; the number depends on nothing, so neither do the bits.
 */
export const SHARD = 32;
/** Steps that a pass without gradients keeps in memory at once. */
export const CHUNK = 64;

/** A network, trained or not. */
export function networkPlan(shape: GruShape) {
  const l = gruLayout(shape);
  const total = l.weights + l.head;
  return {
    /** weights (K, 3 Hp), then head (1 + H, Op) */
    parameters: total,
    /** The optimizer's memory of the steps before, as `parameters`. */
    firstMoment: total,
    secondMoment: total,
    packed: l.weights,
    headPacked: l.head,
    streamPacked: l.weights,
    streamHead: l.head,
    streamVector: l.vector,
    streamGates: l.gates,
    streamOutput: l.outputs,
  };
}

/** One step of a stream, in and out. */
export function streamPlan({ inputSize, outputSize }: Pick<GruShape, "inputSize" | "outputSize">) {
  return { streamX: inputSize, streamY: outputSize };
}

/** Rows of features: their elements, and where each sample begins. */
export function rowsPlan(elements: number, samples: number) {
  return { source: elements, starts: samples };
}

/** What a pass is for: `rows` of the batch over `steps` steps, of which it holds `segment` at once. */
export interface PassSize {
  readonly rows: number;
  readonly steps: number;
  readonly segment: number;
}

/** Activations of one shard. */
export function forwardPlan(shape: GruShape, { rows, segment }: PassSize) {
  const l = gruLayout(shape);
  const panels = panelsOfShard(rows);
  return {
    inputs: (segment + 1) * panels * l.inputPanel,
    gates: segment * panels * l.gatePanel,
    outputs: segment * panels * l.outputPanel,
  };
}

/** What the backward pass needs beside them. */
export function backwardPlan(shape: GruShape, { rows, steps, segment }: PassSize) {
  const l = gruLayout(shape);
  const panels = panelsOfShard(rows);
  const total = l.weights + l.head;
  return {
    /** As `parameters`: the sum over the shards, and one shard's. */
    gradient: total,
    shardGradient: total,
    transposed: l.transposed,
    headTransposed: l.headTransposed,
    dState: panels * l.statePanel,
    scratch: panels * l.scratchPanel,
    /** The state before each segment, where there are several. */
    borders: segment < steps ? Math.ceil(steps / segment) * panels * l.statePanel : 0,
  };
}

/** Steps whose activations training holds at once: all or, with gradient checkpointing, about √T, a multiple of SEGMENT. */
export function segmentOf(steps: number, gradientCheckpointing: boolean): number {
  return gradientCheckpointing ? Math.min(steps, SEGMENT * Math.ceil(Math.sqrt(steps) / SEGMENT)) : steps;
}

function panelsOfShard(rows: number): number {
  return Math.ceil(Math.min(rows, SHARD) / PANEL);
}
