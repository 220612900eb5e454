import type { Block } from "./arena.js";
import type { HeadWeights, LayerWeights, StreamBuffers } from "./buffers.js";
import type { Kernel } from "./kernel.js";
import { codesOf } from "./layer.js";
import { type HeadShape, headLayout, type LayerShape, layerLayout } from "./layout.js";
import { NULL, pointerTo } from "./pointer.js";

/** A layer that runs one row step by step, with its head; a head of no outputs is skipped. */
export interface StreamLayer {
  readonly shape: LayerShape;
  readonly headShape: HeadShape;
  readonly buffers: StreamBuffers;
}

/** Packs the weights for `gruSteps`. Call it after each change of the weights. */
export function packSteps(
  kernel: Kernel,
  { shape, headShape, buffers }: StreamLayer,
  layer: Pick<LayerWeights, "weights">,
  head: Pick<HeadWeights, "weights">,
): void {
  const l = layerLayout(shape);
  const h = headLayout(headShape);
  kernel.exports.packSteps(
    pointerTo("packed", buffers.packed, l.weights),
    pointerTo("head packed", buffers.headPacked, h.weights),
    pointerTo("weights", layer.weights, l.weights),
    pointerTo("head weights", head.weights, h.weights),
    l.rows,
    shape.hiddenSize,
    headShape.outputSize,
  );
}

/** Runs `steps` steps of one row: x (steps,I) to y (steps,O) and hidden (steps,H). The state stays in `buffers.vector`. */
export function gruSteps(
  kernel: Kernel,
  { shape, headShape, buffers }: StreamLayer,
  { x, y, hidden, steps }: { x: Block; y: Block; hidden: Block | undefined; steps: number },
): void {
  const l = layerLayout(shape);
  const h = headLayout(headShape);
  const { inputSize: I, hiddenSize: H } = shape;
  const { cell, gate, candidate } = codesOf(shape);
  const { outputSize: O } = headShape;
  kernel.exports.gruSteps(
    pointerTo("y", y, steps * O),
    hidden ? pointerTo("hidden", hidden, steps * H) : NULL,
    pointerTo("output", buffers.output, h.outputs),
    pointerTo("vector", buffers.vector, l.vector),
    pointerTo("gates", buffers.gates, l.streamGates),
    pointerTo("x", x, steps * I),
    pointerTo("packed", buffers.packed, l.weights),
    pointerTo("head packed", buffers.headPacked, h.weights),
    I,
    H,
    O,
    cell,
    gate,
    candidate,
    steps,
  );
}
