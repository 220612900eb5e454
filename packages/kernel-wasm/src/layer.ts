import type { Block } from "./arena.js";
import {
  type LayerActivations,
  type LayerGradients,
  type LayerWeights,
  type OwnStates,
  type Panels,
  panelsOf,
  type Rows,
  type Shard,
} from "./buffers.js";
import { offsetOf } from "./expect-size.js";
import type { Kernel } from "./kernel.js";
import {
  CANDIDATE_ACTIVATIONS,
  CELLS,
  GATE_ACTIVATIONS,
  type LayerLayout,
  type LayerShape,
  layerLayout,
  PANEL,
  remembered,
} from "./layout.js";

/** Cell and activations as the numbers that the kernel takes: their places in the lists. */
export const codesOf = remembered((shape: LayerShape) => ({
  cell: CELLS.indexOf(shape.cell),
  gate: GATE_ACTIVATIONS.indexOf(shape.gateActivation),
  candidate: CANDIDATE_ACTIVATIONS.indexOf(shape.candidateActivation),
}));

/** Packs the weights for `gruForward`: once after each update. */
export function packLayer(kernel: Kernel, shape: LayerShape, w: LayerWeights): void {
  const l = layerLayout(shape);
  const weights = offsetOf("weights", w.weights, l.weights);
  kernel.exports.packWeights(offsetOf("packed", w.packed, l.weights), weights, l.columns * 4, l.rows, l.columns);
}

/** Packs the transposed weights for `gruBackward` and, where it has a place, for `inputGradient`: once after each update. */
export function packLayerBackward(kernel: Kernel, shape: LayerShape, w: LayerWeights, g: LayerGradients): void {
  const l = layerLayout(shape);
  const { inputSize: I, hiddenSize: H } = shape;
  const weights = offsetOf("weights", w.weights, l.weights);
  const rowBytes = l.columns * 4;
  const stateRows = weights + (l.rows - H) * rowBytes;
  const transposed = offsetOf("transposed", g.transposed, l.transposed);
  for (let gate = 0; gate < 3; gate++) {
    const [to, from] = [transposed + gate * H * 16, stateRows + gate * l.units * 4];
    kernel.exports.packTransposed(to, 3 * H * 16, from, rowBytes, H, H);
  }
  if (!g.inputTransposed) return;
  const inputTransposed = offsetOf("inputTransposed", g.inputTransposed, l.inputTransposed);
  kernel.exports.packTransposed(inputTransposed, l.columns * 16, weights, rowBytes, I, l.columns);
}

/** The rows of ones in the inputs of steps [0, steps], and those before own states. */
export function layOnes(kernel: Kernel, shape: LayerShape, a: LayerActivations, panels: number, steps: number): void {
  const l = layerLayout(shape);
  const count = (steps + 1) * panels;
  const inputs = offsetOf("inputs", a.inputs, count * l.inputPanel);
  for (let i = 0; i < l.biases; i++) {
    kernel.exports.fillUnit(inputs + (shape.inputSize + i) * PANEL * 4, l.inputPanel * 4, count, 1);
  }
  if (a.own) kernel.exports.fillUnit(offsetOf("states", a.own.states, count * l.ownPanel), l.ownPanel * 4, count, 1);
}

/** Where a layer takes x: the first I units of its inputs. */
export function inputsOf(shape: LayerShape, a: LayerActivations, panels: number, steps: number): Panels {
  const l = layerLayout(shape);
  const at = offsetOf("inputs", a.inputs, (steps + 1) * panels * l.inputPanel);
  return { at, step: panels * l.inputPanel * 4, panel: l.inputPanel * 4 };
}

/** Where a layer leaves h of steps 0, …, steps − 1, each behind a row of ones; that of step −1 is the state before. */
export function statesOf(shape: LayerShape, a: LayerActivations, panels: number, steps: number): Panels {
  const l = layerLayout(shape);
  if (a.own) {
    const at = offsetOf("states", a.own.states, (steps + 1) * panels * l.ownPanel);
    return { at: at + panels * l.ownPanel * 4, step: panels * l.ownPanel * 4, panel: l.ownPanel * 4 };
  }
  const { at, step, panel } = inputsOf(shape, a, panels, steps);
  return { at: at + step + (shape.inputSize + l.biases - 1) * PANEL * 4, step, panel };
}

/** The state before step 0 of a shard: from `rows` (one step of H features), or zero. */
export function setState(kernel: Kernel, shape: LayerShape, a: LayerActivations, shard: Shard, rows?: Rows): void {
  const panels = panelsOf(shard);
  const states = statesOf(shape, a, panels, 0);
  const at = states.at - states.step + PANEL * 4;
  const { statePanel } = layerLayout(shape);
  for (let p = 0; p < panels; p++) kernel.clear({ offset: at + p * states.panel, length: statePanel });
  if (!rows) return;
  kernel.exports.gatherPanels(
    at,
    0,
    states.panel,
    rows.source.offset,
    offsetOf("starts", rows.starts, shard.first + shard.count) + shard.first * 4,
    0,
    shard.count,
    rows.stride,
    shape.hiddenSize,
    0,
    1,
  );
}

/** Offsets of own states, masks and factors, 0 for what is absent. */
function ownOffsets(own: OwnStates | undefined, l: LayerLayout, panels: number, steps: number) {
  if (!own) return { states: 0, masks: 0, factors: 0, kept: 0 };
  return {
    states: offsetOf("states", own.states, (steps + 1) * panels * l.ownPanel),
    masks: own.masks ? offsetOf("masks", own.masks, steps * panels * 16) : 0,
    factors: own.factors ? offsetOf("factors", own.factors, panels * l.statePanel) : 0,
    kept: offsetOf("kept", own.kept, l.statePanel),
  };
}

/** Runs steps [from, to) of a shard: h[t] and gates of each step. */
export function gruForward(
  kernel: Kernel,
  shape: LayerShape,
  w: LayerWeights,
  a: LayerActivations,
  shard: Shard,
  from: number,
  to: number,
): void {
  const { cell, gate, candidate } = codesOf(shape);
  const l = layerLayout(shape);
  const panels = panelsOf(shard);
  const own = ownOffsets(a.own, l, panels, to);
  kernel.exports.gruForward(
    offsetOf("inputs", a.inputs, (to + 1) * panels * l.inputPanel),
    offsetOf("gates", a.gates, to * panels * l.gatePanel),
    own.states,
    own.masks,
    own.factors,
    own.kept,
    offsetOf("packed", w.packed, l.weights),
    shape.inputSize,
    shape.hiddenSize,
    panels,
    cell,
    gate,
    candidate,
    from,
    to,
  );
}

/**
 * Steps to − 1, …, from of `steps` backward: adds into `g.weights`, and carries `g.dState`. `dStates` (T, P, Hp, 8) is the gradient by h
 * from elsewhere. The steps may be taken in any number of calls, from the last to the first, to the same bits.
 */
export function gruBackward(
  kernel: Kernel,
  shape: LayerShape,
  a: LayerActivations,
  g: LayerGradients,
  dStates: Block,
  shard: Shard,
  from: number,
  to: number,
  steps: number,
): void {
  const { cell, gate, candidate } = codesOf(shape);
  const l = layerLayout(shape);
  const panels = panelsOf(shard);
  const own = ownOffsets(a.own, l, panels, steps);
  kernel.exports.gruBackward(
    offsetOf("gradient", g.weights, l.weights),
    offsetOf("dState", g.dState, panels * l.statePanel),
    offsetOf("gates", a.gates, steps * panels * l.gatePanel),
    offsetOf("scratch", g.scratch, panels * l.scratchPanel),
    offsetOf("inputs", a.inputs, (steps + 1) * panels * l.inputPanel),
    own.states,
    own.masks,
    own.factors,
    offsetOf("dStates", dStates, steps * panels * l.statePanel),
    offsetOf("transposed", g.transposed, l.transposed),
    shape.inputSize,
    shape.hiddenSize,
    panels,
    cell,
    gate,
    candidate,
    from,
    to,
    steps,
  );
}

/** dInputs (T, P, Ip, 8), overwritten, = the gradient by x of steps [from, to), from the gradients that `gruBackward` left in the gates. */
export function inputGradient(
  kernel: Kernel,
  shape: LayerShape,
  a: LayerActivations,
  g: LayerGradients,
  dInputs: Block,
  shard: Shard,
  from: number,
  to: number,
): void {
  const l = layerLayout(shape);
  const panels = panelsOf(shard);
  const first = from * panels;
  if (!g.inputTransposed)
    throw new RangeError("inputGradient: expected inputTransposed among the gradients, got none");
  kernel.exports.inputGradient(
    offsetOf("dInputs", dInputs, to * panels * l.dInputPanel) + first * l.dInputPanel * 4,
    offsetOf("gates", a.gates, to * panels * l.gatePanel) + first * l.gatePanel * 4,
    offsetOf("inputTransposed", g.inputTransposed, l.inputTransposed),
    shape.inputSize,
    shape.hiddenSize,
    (to - from) * panels,
  );
}
