import type { Block } from "./arena.js";
import type { HeadWeights, LayerWeights, StreamBuffers } from "./buffers.js";
import { offsetOf } from "./expect-size.js";
import type { Kernel } from "./kernel.js";
import { codesOf } from "./layer.js";
import { type HeadShape, headLayout, type LayerShape, layerLayout } from "./layout.js";

/** Packs the weights for `gruSteps`: once after each update. A head of no outputs is none. */
export function packSteps(
  kernel: Kernel,
  shape: LayerShape,
  headShape: HeadShape,
  w: Pick<LayerWeights, "weights">,
  head: Pick<HeadWeights, "weights">,
  s: StreamBuffers,
): void {
  const l = layerLayout(shape);
  const h = headLayout(headShape);
  kernel.exports.packSteps(
    offsetOf("packed", s.packed, l.weights),
    offsetOf("headPacked", s.headPacked, h.weights),
    offsetOf("weights", w.weights, l.weights),
    offsetOf("head", head.weights, h.weights),
    l.rows,
    shape.hiddenSize,
    headShape.outputSize,
  );
}

/** steps of one row: x (T,I) to y (T,O) and hidden (T,H). The state stays in `vector`. */
export function gruSteps(
  kernel: Kernel,
  shape: LayerShape,
  headShape: HeadShape,
  s: StreamBuffers,
  x: Block,
  y: Block,
  hidden: Block | undefined,
  steps: number,
): void {
  const l = layerLayout(shape);
  const h = headLayout(headShape);
  const { inputSize: I, hiddenSize: H } = shape;
  const { cell, gate, candidate } = codesOf(shape);
  const { outputSize } = headShape;
  kernel.exports.gruSteps(
    offsetOf("y", y, steps * outputSize),
    hidden ? offsetOf("hidden", hidden, steps * H) : 0,
    offsetOf("output", s.output, h.outputs),
    offsetOf("vector", s.vector, l.vector),
    offsetOf("gates", s.gates, l.streamGates),
    offsetOf("x", x, steps * I),
    offsetOf("packed", s.packed, l.weights),
    offsetOf("headPacked", s.headPacked, h.weights),
    I,
    H,
    outputSize,
    cell,
    gate,
    candidate,
    steps,
  );
}
