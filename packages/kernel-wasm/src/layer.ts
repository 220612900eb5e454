import type { Block } from "./arena.js";
import type { LayerActivations, LayerGradients, LayerWeights, Rows, SeparateStates, Shard } from "./buffers.js";
import type { Kernel } from "./kernel.js";
import {
  CANDIDATE_ACTIVATIONS,
  CELLS,
  GATE_ACTIVATIONS,
  type LayerLayout,
  type LayerShape,
  layerLayout,
  memoize,
} from "./layout.js";
import { gather } from "./moves.js";
import { fillOnes, type Panels, panelCount, panelsIn, pointerToPanels, stepsFrom, unitsFrom } from "./panels.js";
import { NULL, type Pointer, pointerTo } from "./pointer.js";

/** Cell and activations as the numbers that the kernel takes: their indices in the lists. */
export const codesOf = memoize((shape: LayerShape) => ({
  cell: CELLS.indexOf(shape.cell),
  gate: GATE_ACTIVATIONS.indexOf(shape.gateActivation),
  candidate: CANDIDATE_ACTIVATIONS.indexOf(shape.candidateActivation),
}));

/** Packs the weights for `gruForward`. Call it after each change of the weights. */
export function packLayer(kernel: Kernel, shape: LayerShape, { packed, weights }: LayerWeights): void {
  const l = layerLayout(shape);
  kernel.exports.packWeights(
    pointerTo("packed", packed, l.weights),
    pointerTo("weights", weights, l.weights),
    l.columns * 4,
    l.rows,
    l.columns,
  );
}

/** Packs the transposed weights for `gruBackward` and `inputGradient`. Call it after each change of the weights. */
export function packLayerBackward(kernel: Kernel, shape: LayerShape, w: LayerWeights, g: LayerGradients): void {
  const l = layerLayout(shape);
  const { inputSize: I, hiddenSize: H } = shape;
  const { packTransposed } = kernel.exports;
  const rowBytes = l.columns * 4;
  const stateRows = (l.rows - H) * l.columns; // elements before the weights of h
  for (let gate = 0; gate < 3; gate++) {
    packTransposed(
      pointerTo("transposed", g.transposed, l.transposed, gate * H * 4),
      3 * H * 16,
      pointerTo("weights", w.weights, l.weights, stateRows + gate * l.units),
      rowBytes,
      H,
      H,
    );
  }
  if (!g.inputTransposed) return;
  packTransposed(
    pointerTo("inputTransposed", g.inputTransposed, l.inputTransposed),
    l.columns * 16,
    pointerTo("weights", w.weights, l.weights),
    rowBytes,
    I,
    l.columns,
  );
}

/** Sets the rows of ones that the biases multiply, in steps [0, steps]. */
export function writeOnes(
  kernel: Kernel,
  shape: LayerShape,
  { inputs, separate }: LayerActivations,
  { panels, steps }: { panels: number; steps: number },
): void {
  const l = layerLayout(shape);
  const count = (steps + 1) * panels;
  for (let bias = 0; bias < l.biases; bias++) {
    fillOnes(kernel, panelsIn(inputs, panels, l.inputPanel, shape.inputSize + bias), count);
  }
  if (separate) fillOnes(kernel, panelsIn(separate.states, panels, l.separatePanel), count);
}

/** The inputs of a layer; x is in the first I units. */
export function inputsOf(shape: LayerShape, { inputs }: LayerActivations, panels: number): Panels {
  return panelsIn(inputs, panels, layerLayout(shape).inputPanel);
}

/** The states h[t − 1] before each step t, behind a row of ones. */
export function statesBefore(shape: LayerShape, a: LayerActivations, panels: number): Panels {
  const l = layerLayout(shape);
  if (a.separate) return panelsIn(a.separate.states, panels, l.separatePanel);
  return panelsIn(a.inputs, panels, l.inputPanel, shape.inputSize + l.biases - 1);
}

/** The states h[t] after each step t, behind a row of ones. */
export function statesAfter(shape: LayerShape, a: LayerActivations, panels: number): Panels {
  return stepsFrom(statesBefore(shape, a, panels), 1);
}

/** Sets the state before step 0 of a shard: to `rows` (one step of H features), or to zero. */
export function setState(
  kernel: Kernel,
  shape: LayerShape,
  { activations, shard, rows }: { activations: LayerActivations; shard: Shard; rows: Rows | undefined },
): void {
  const panels = panelCount(shard);
  const states = unitsFrom(statesBefore(shape, activations, panels), 1);
  const { units, statePanel } = layerLayout(shape);
  pointerToPanels(states, units, panels, 1); // checks them
  for (let p = 0; p < panels; p++) kernel.clear({ offset: states.at + p * states.panel, length: statePanel });
  if (rows) gather(kernel, { to: states, rows, shard, first: 0, steps: 1 });
}

const NO_SEPARATE_STATES: Readonly<Record<keyof SeparateStates, Pointer>> = {
  states: NULL,
  masks: NULL,
  factors: NULL,
  kept: NULL,
};

/** The pointers of separate states, masks, factors and scratch; NULL for those that are absent. */
function separatePointers(separate: SeparateStates | undefined, l: LayerLayout, panels: number, steps: number) {
  if (!separate) return NO_SEPARATE_STATES;
  const { states, masks, factors, kept } = separate;
  return {
    states: pointerTo("states", states, (steps + 1) * panels * l.separatePanel),
    masks: masks ? pointerTo("masks", masks, steps * panels * 16) : NULL,
    factors: factors ? pointerTo("factors", factors, panels * l.statePanel) : NULL,
    kept: pointerTo("kept", kept, l.statePanel),
  };
}

/** Runs steps [from, to) of a shard: writes h and the gates of each step. */
export function gruForward(
  kernel: Kernel,
  shape: LayerShape,
  {
    weights,
    activations,
    shard,
    from,
    to,
  }: { weights: LayerWeights; activations: LayerActivations; shard: Shard; from: number; to: number },
): void {
  const { cell, gate, candidate } = codesOf(shape);
  const l = layerLayout(shape);
  const panels = panelCount(shard);
  const separate = separatePointers(activations.separate, l, panels, to);
  kernel.exports.gruForward(
    pointerTo("inputs", activations.inputs, (to + 1) * panels * l.inputPanel),
    pointerTo("gates", activations.gates, to * panels * l.gatePanel),
    separate.states,
    separate.masks,
    separate.factors,
    separate.kept,
    pointerTo("packed", weights.packed, l.weights),
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
 * Back-propagates through steps to − 1, …, from of `steps`: adds into `gradients.weights` and updates `gradients.dState`.
 * dStates (T, P, Hp, 8) is the gradient with respect to h from the head or the layer above. The steps may be split into any number of
 * calls, from the last to the first; the bits are the same.
 */
export function gruBackward(
  kernel: Kernel,
  shape: LayerShape,
  {
    activations,
    gradients,
    dStates,
    shard,
    from,
    to,
    steps,
  }: {
    activations: LayerActivations;
    gradients: LayerGradients;
    dStates: Block;
    shard: Shard;
    from: number;
    to: number;
    steps: number;
  },
): void {
  const { cell, gate, candidate } = codesOf(shape);
  const l = layerLayout(shape);
  const panels = panelCount(shard);
  const separate = separatePointers(activations.separate, l, panels, steps);
  kernel.exports.gruBackward(
    pointerTo("gradient", gradients.weights, l.weights),
    pointerTo("dState", gradients.dState, panels * l.statePanel),
    pointerTo("gates", activations.gates, steps * panels * l.gatePanel),
    pointerTo("scratch", gradients.scratch, panels * l.scratchPanel),
    pointerTo("inputs", activations.inputs, (steps + 1) * panels * l.inputPanel),
    separate.states,
    separate.masks,
    separate.factors,
    pointerTo("dStates", dStates, steps * panels * l.statePanel),
    pointerTo("transposed", gradients.transposed, l.transposed),
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

/**
 * dInputs (T, P, Ip, 8), overwritten, = the gradient with respect to x of steps [from, to), after `gruBackward` has left the gradients
 * of these steps in the gates.
 */
export function inputGradient(
  kernel: Kernel,
  shape: LayerShape,
  {
    activations,
    gradients,
    dInputs,
    shard,
    from,
    to,
  }: {
    activations: LayerActivations;
    gradients: LayerGradients;
    dInputs: Block;
    shard: Shard;
    from: number;
    to: number;
  },
): void {
  const l = layerLayout(shape);
  const panels = panelCount(shard);
  if (!gradients.inputTransposed)
    throw new RangeError("inputGradient: expected gradients.inputTransposed, got undefined");
  kernel.exports.inputGradient(
    pointerTo("dInputs", dInputs, to * panels * l.dInputPanel, from * panels * l.dInputPanel),
    pointerTo("gates", activations.gates, to * panels * l.gatePanel, from * panels * l.gatePanel),
    pointerTo("inputTransposed", gradients.inputTransposed, l.inputTransposed),
    shape.inputSize,
    shape.hiddenSize,
    (to - from) * panels,
  );
}
