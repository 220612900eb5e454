/** The layout of a GRU layer and a head in kernel memory. All sizes are computed here. */

export const CELLS = ["reset-before", "reset-after", "memoryless"] as const;
export type Cell = (typeof CELLS)[number];
/** σ of the gates: 1/(1 + exp(−x)); max(0, min(1, x/6 + 0.5)) as in Keras 3; max(0, min(1, 0.2 x + 0.5)) as in Keras 2. */
export const GATE_ACTIVATIONS = ["sigmoid", "hard-sigmoid", "hard-sigmoid-0.2"] as const;
export type GateActivation = (typeof GATE_ACTIVATIONS)[number];
export const CANDIDATE_ACTIVATIONS = ["tanh", "relu", "linear"] as const;
export type CandidateActivation = (typeof CANDIDATE_ACTIVATIONS)[number];

/** Rows of the batch in one panel. */
export const PANEL = 8;
/** Time steps over which a weight gradient is summed before it is added to the total. */
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

/** A linear output layer. */
export interface HeadShape {
  /** F, features of a step: H, or 2 H in a bidirectional network. */
  readonly features: number;
  /** O, outputs. */
  readonly outputSize: number;
}

/** Sizes in elements of 4 bytes; letters as in assembly/gru.ts. */
export interface LayerLayout {
  /** Hp: H rounded up to a multiple of 4. */
  readonly units: number;
  /** Rows of ones in the inputs: 2 for reset-after, else 1. */
  readonly biases: number;
  /** K: rows of the weights. */
  readonly rows: number;
  /** 3 Hp: columns of the weights, gates r, z, n. */
  readonly columns: number;
  /** weights (K, 3 Hp); packed weights have the same size. */
  readonly weights: number;
  /** transposed (Hp / 4, 3 H, 4): the weights of h. */
  readonly transposed: number;
  /** inputTransposed (Ip / 4, 3 Hp, 4): the weights of x. */
  readonly inputTransposed: number;
  /** One panel of one step: inputs; a state; a state behind a row of ones; gates; the gradient with respect to x. */
  readonly inputPanel: number;
  readonly statePanel: number;
  readonly separatePanel: number;
  readonly gatePanel: number;
  readonly dInputPanel: number;
  /** Scratch of the backward pass for each panel of a shard: both operands of a segment's weight gradient, packed. */
  readonly scratchPanel: number;
  /** The input vector and the gates of a stream. */
  readonly vector: number;
  readonly streamGates: number;
}

export interface HeadLayout {
  /** Op: O rounded up to a multiple of 4. */
  readonly outputs: number;
  /** Fp: F rounded up to a multiple of 4. */
  readonly features: number;
  /** weights (1 + F, Op); packed weights have the same size. */
  readonly weights: number;
  /** transposed (Fp / 4, O, 4). */
  readonly transposed: number;
  /** One panel of one step: outputs; the gradient with respect to the features; features behind a row of ones. */
  readonly outputPanel: number;
  readonly dFeaturePanel: number;
  readonly featurePanel: number;
  readonly scratchPanel: number;
}

const roundUpTo4 = (n: number) => Math.ceil(n / 4) * 4;
const scratchOf = (rows: number) => SEGMENT * (16 * Math.ceil(rows / 2) + 32);

/** Caches the results of a function of a shape, by the identity of the shape: every kernel call asks for a layout. */
export function memoize<Shape extends object, Result>(compute: (shape: Shape) => Result): (shape: Shape) => Result {
  const results = new WeakMap<Shape, Result>();
  return (shape) => {
    const known = results.get(shape);
    if (known) return known;
    const result = compute(shape);
    results.set(shape, result);
    return result;
  };
}

export const layerLayout = memoize(({ cell, inputSize: I, hiddenSize: H }: LayerShape): LayerLayout => {
  const units = roundUpTo4(H);
  const biases = cell === "reset-after" ? 2 : 1;
  const rows = I + biases + H;
  return {
    units,
    biases,
    rows,
    columns: 3 * units,
    weights: rows * 3 * units,
    transposed: units * 3 * H,
    inputTransposed: roundUpTo4(I) * 3 * units,
    inputPanel: (I + biases + units) * PANEL,
    statePanel: units * PANEL,
    separatePanel: (1 + units) * PANEL,
    gatePanel: 4 * units * PANEL,
    dInputPanel: roundUpTo4(I) * PANEL,
    scratchPanel: scratchOf(rows),
    vector: roundUpTo4(2 * (I + biases + units)),
    streamGates: 4 * units,
  };
});

export const headLayout = memoize(({ features: F, outputSize: O }: HeadShape): HeadLayout => {
  const outputs = roundUpTo4(O);
  const features = roundUpTo4(F);
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
