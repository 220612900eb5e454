import type { Block } from "./arena.js";
import { type HeadWeights, type Panels, panelsOf, type Shard } from "./buffers.js";
import { offsetOf } from "./expect-size.js";
import type { Kernel } from "./kernel.js";
import { type HeadShape, headLayout } from "./layout.js";

/** Packs the weights for `headForward`: once after each update. */
export function packHead(kernel: Kernel, shape: HeadShape, w: HeadWeights): void {
  const l = headLayout(shape);
  const weights = offsetOf("head", w.weights, l.weights);
  kernel.exports.packWeights(
    offsetOf("headPacked", w.packed, l.weights),
    weights,
    l.outputs * 4,
    1 + shape.features,
    l.outputs,
  );
}

/** Packs the transposed weights for `headBackward`: once after each update. */
export function packHeadBackward(kernel: Kernel, shape: HeadShape, w: HeadWeights, transposed: Block): void {
  const l = headLayout(shape);
  const { features: F, outputSize: O } = shape;
  const weights = offsetOf("head", w.weights, l.weights) + l.outputs * 4; // past the bias
  kernel.exports.packTransposed(
    offsetOf("headTransposed", transposed, l.transposed),
    O * 16,
    weights,
    l.outputs * 4,
    F,
    O,
  );
}

/** outputs (T, P, Op, 8), overwritten, of steps [0, steps); `features` lie behind rows of ones. */
export function headForward(
  kernel: Kernel,
  shape: HeadShape,
  w: HeadWeights,
  outputs: Block,
  features: Panels,
  shard: Shard,
  steps: number,
): void {
  const l = headLayout(shape);
  const count = panelsOf(shard) * steps;
  kernel.exports.headForward(
    offsetOf("outputs", outputs, count * l.outputPanel),
    features.at,
    features.panel,
    offsetOf("headPacked", w.packed, l.weights),
    shape.features,
    shape.outputSize,
    count,
  );
}

/** dFeatures (T, P, Fp, 8), overwritten, from dOutputs (T, P, Op, 8). */
export function headBackward(
  kernel: Kernel,
  shape: HeadShape,
  transposed: Block,
  dFeatures: Block,
  dOutputs: Block,
  shard: Shard,
  steps: number,
): void {
  const l = headLayout(shape);
  const count = panelsOf(shard) * steps;
  kernel.exports.headBackward(
    offsetOf("dFeatures", dFeatures, count * l.dFeaturePanel),
    offsetOf("dOutputs", dOutputs, count * l.outputPanel),
    offsetOf("headTransposed", transposed, l.transposed),
    shape.features,
    shape.outputSize,
    count,
  );
}

/** gradient (1 + F, Op) += the gradient by the weights over steps [from, to), at most SEGMENT of them. */
export function headGradient(
  kernel: Kernel,
  shape: HeadShape,
  gradient: Block,
  scratch: Block,
  features: Panels,
  dOutputs: Block,
  shard: Shard,
  from: number,
  to: number,
): void {
  const l = headLayout(shape);
  const panels = panelsOf(shard);
  kernel.exports.headGradient(
    offsetOf("head gradient", gradient, l.weights),
    offsetOf("scratch", scratch, panels * l.scratchPanel),
    features.at + from * features.step,
    features.panel,
    offsetOf("dOutputs", dOutputs, to * panels * l.outputPanel) + from * panels * l.outputPanel * 4,
    shape.features,
    shape.outputSize,
    (to - from) * panels,
  );
}
