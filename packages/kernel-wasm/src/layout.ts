/** How a GRU layer and a head lie in kernel memory: the one place that knows the sizes. */

export const CELLS = ["reset-before", "reset-after", "memoryless"] as const;
export type Cell = (typeof CELLS)[number];
/** σ of the gates: 1/(1 + exp(−x)); max(0, min(1, x/6 + 0.5)), Keras 3's; max(0, min(1, 0.2 x + 0.5)), Keras 2's. */
export const GATE_ACTIVATIONS = ["sigmoid", "hard-sigmoid", "hard-sigmoid-0.2"] as const;
export type GateActivation = (typeof GATE_ACTIVATIONS)[number];
export const CANDIDATE_ACTIVATIONS = ["tanh", "relu", "linear"] as const;
export type CandidateActivation = (typeof CANDIDATE_ACTIVATIONS)[number];

/** Rows of the batch that one panel holds side by side. */
export const PANEL = 8;
/** Time steps whose weight gradients are summed together. */
export const SEGMENT = 16;

/** One layer in one direction. */
export interface LayerShape {
  readonly cell: Cell;
  /** I, inputs of a step. */
  readonly inputSize: number;
  /** H, hidden units. */
  readonly hiddenSize: number;
  readonly gateActivation: GateActivation;
  readonly candidateActivation: CandidateActivation;
}

/** A linear readout. */
export interface HeadShape {
  /** F, features of a step: H, or 2 H of both directions. */
  readonly features: number;
  /** O, outputs. */
  readonly outputSize: number;
}

/** Sizes in floats unless said otherwise; letters as in assembly/gru.ts. */
export interface LayerLayout {
  /** Hp: hidden units up to a multiple of 4. */
  readonly units: number;
  /** Rows of ones in the inputs: 2 for reset-after, else 1. */
  readonly biases: number;
  /** K: rows of the weights. */
  readonly rows: number;
  /** 3 Hp: columns of the weights, gates r, z, n. */
  readonly columns: number;
  /** weights (K, 3 Hp), and as many packed. */
  readonly weights: number;
  /** transposed (Hp / 4, 3 H, 4), of the rows of h. */
  readonly transposed: number;
  /** inputTransposed (Ip / 4, 3 Hp, 4), of the rows of x. */
  readonly inputTransposed: number;
  /** One panel of one step: of the inputs, of a state, of a state behind a row of ones, of the gates, of the gradient by x. */
  readonly inputPanel: number;
  readonly statePanel: number;
  readonly ownPanel: number;
  readonly gatePanel: number;
  readonly dInputPanel: number;
  /** The scratch of the backward pass, for each panel of a shard: both sides of a segment's weight gradient, packed. */
  readonly scratchPanel: number;
  /** The vector and the gates of a stream. */
  readonly vector: number;
  readonly streamGates: number;
}

export interface HeadLayout {
  /** Op: outputs up to a multiple of 4. */
  readonly outputs: number;
  /** Fp: features up to a multiple of 4. */
  readonly features: number;
  /** weights (1 + F, Op), and as many packed. */
  readonly weights: number;
  /** transposed (Fp / 4, O, 4). */
  readonly transposed: number;
  /** One panel of one step: of the outputs, of the gradient by the features, of features behind a row of ones. */
  readonly outputPanel: number;
  readonly dFeaturePanel: number;
  readonly featurePanel: number;
  readonly scratchPanel: number;
}

const upToFour = (n: number) => Math.ceil(n / 4) * 4;
const scratchOf = (rows: number) => SEGMENT * (16 * Math.ceil(rows / 2) + 32);

/** A function of a shape whose result is kept with it: every kernel call asks for one. */
export function remembered<Shape extends object, Layout>(layOut: (shape: Shape) => Layout): (shape: Shape) => Layout {
  const known = new WeakMap<Shape, Layout>();
  return (shape) => {
    const before = known.get(shape);
    if (before) return before;
    const layout = layOut(shape);
    known.set(shape, layout);
    return layout;
  };
}

export const layerLayout = remembered(({ cell, inputSize: I, hiddenSize: H }: LayerShape): LayerLayout => {
  const units = upToFour(H);
  const biases = cell === "reset-after" ? 2 : 1;
  const rows = I + biases + H;
  return {
    units,
    biases,
    rows,
    columns: 3 * units,
    weights: rows * 3 * units,
    transposed: units * 3 * H,
    inputTransposed: upToFour(I) * 3 * units,
    inputPanel: (I + biases + units) * PANEL,
    statePanel: units * PANEL,
    ownPanel: (1 + units) * PANEL,
    gatePanel: 4 * units * PANEL,
    dInputPanel: upToFour(I) * PANEL,
    scratchPanel: scratchOf(rows),
    vector: upToFour(2 * (I + biases + units)),
    streamGates: 4 * units,
  };
});

export const headLayout = remembered(({ features: F, outputSize: O }: HeadShape): HeadLayout => {
  const outputs = upToFour(O);
  const features = upToFour(F);
  return {
    outputs,
    features,
    weights: (1 + F) * outputs,
    transposed: features * O,
    outputPanel: outputs * PANEL,
    dFeaturePanel: features * PANEL,
    featurePanel: (1 + F) * PANEL,
    scratchPanel: scratchOf(1 + F),
  };
});
