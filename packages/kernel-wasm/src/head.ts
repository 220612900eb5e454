import type { Block } from "./arena.js";
import type { HeadWeights, Shard } from "./buffers.js";
import type { Kernel } from "./kernel.js";
import { type HeadShape, headLayout } from "./layout.js";
import { type Panels, panelCount, pointerToPanels, stepsFrom } from "./panels.js";
import { pointerTo } from "./pointer.js";

/** Packs the weights for `headForward`. Call it after each change of the weights. */
export function packHead(kernel: Kernel, shape: HeadShape, { packed, weights }: HeadWeights): void {
  const l = headLayout(shape);
  kernel.exports.packWeights(
    pointerTo("head packed", packed, l.weights),
    pointerTo("head weights", weights, l.weights),
    l.outputs * 4,
    1 + shape.features,
    l.outputs,
  );
}

/** Packs the transposed weights for `headBackward`. Call it after each change of the weights. */
export function packHeadBackward(kernel: Kernel, shape: HeadShape, w: HeadWeights, transposed: Block): void {
  const l = headLayout(shape);
  const { features: F, outputSize: O } = shape;
  kernel.exports.packTransposed(
    pointerTo("head transposed", transposed, l.transposed),
    O * 16,
    pointerTo("head weights", w.weights, l.weights, l.outputs), // without the bias
    l.outputs * 4,
    F,
    O,
  );
}

/** outputs (T, P, Op, 8), overwritten, of steps [0, steps). The first unit of the features is a row of ones. */
export function headForward(
  kernel: Kernel,
  shape: HeadShape,
  {
    weights,
    outputs,
    features,
    shard,
    steps,
  }: { weights: HeadWeights; outputs: Block; features: Panels; shard: Shard; steps: number },
): void {
  const l = headLayout(shape);
  const panels = panelCount(shard);
  kernel.exports.headForward(
    pointerTo("outputs", outputs, steps * panels * l.outputPanel),
    pointerToPanels(features, 1 + shape.features, panels, steps),
    features.panel,
    pointerTo("head packed", weights.packed, l.weights),
    shape.features,
    shape.outputSize,
    steps * panels,
  );
}

/** dFeatures (T, P, Fp, 8), overwritten, from dOutputs (T, P, Op, 8), of steps [0, steps). */
export function headBackward(
  kernel: Kernel,
  shape: HeadShape,
  {
    transposed,
    dFeatures,
    dOutputs,
    shard,
    steps,
  }: { transposed: Block; dFeatures: Block; dOutputs: Block; shard: Shard; steps: number },
): void {
  const l = headLayout(shape);
  const count = panelCount(shard) * steps;
  kernel.exports.headBackward(
    pointerTo("dFeatures", dFeatures, count * l.dFeaturePanel),
    pointerTo("dOutputs", dOutputs, count * l.outputPanel),
    pointerTo("head transposed", transposed, l.transposed),
    shape.features,
    shape.outputSize,
    count,
  );
}

/** gradient (1 + F, Op) += the gradient of the weights over steps [from, to), at most SEGMENT of them. */
export function headGradient(
  kernel: Kernel,
  shape: HeadShape,
  {
    gradient,
    scratch,
    features,
    dOutputs,
    shard,
    from,
    to,
  }: {
    gradient: Block;
    scratch: Block;
    features: Panels;
    dOutputs: Block;
    shard: Shard;
    from: number;
    to: number;
  },
): void {
  const l = headLayout(shape);
  const panels = panelCount(shard);
  const steps = to - from;
  kernel.exports.headGradient(
    pointerTo("head gradient", gradient, l.weights),
    pointerTo("scratch", scratch, panels * l.scratchPanel),
    pointerToPanels(stepsFrom(features, from), 1 + shape.features, panels, steps),
    features.panel,
    pointerTo("dOutputs", dOutputs, to * panels * l.outputPanel, from * panels * l.outputPanel),
    shape.features,
    shape.outputSize,
    steps * panels,
  );
}
