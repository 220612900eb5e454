/** How a GRU layer and its head lie in kernel memory: the one place that knows the sizes. */

export type Cell = "reset-before" | "reset-after" | "memoryless";

/** Rows of the batch that one panel holds side by side. */
export const PANEL = 8;
/** Time steps whose weight gradients are summed together. */
export const SEGMENT = 16;

export interface GruShape {
  readonly cell: Cell;
  /** I, inputs of a step. */
  readonly inputSize: number;
  /** H, hidden units. */
  readonly hiddenSize: number;
  /** O, outputs of the head; 0 for no head. */
  readonly outputSize: number;
}

/** Sizes in floats unless said otherwise; letters as in assembly/gru.ts. */
export interface GruLayout {
  /** Hp: hidden units up to a multiple of 4. */
  readonly units: number;
  /** Op: outputs up to a multiple of 4. */
  readonly outputs: number;
  /** Rows of ones in the inputs: 2 for reset-after, else 1. */
  readonly biases: number;
  /** K: rows of the weights. */
  readonly rows: number;
  /** 3 Hp: columns of the weights, gates r, z, n. */
  readonly columns: number;
  /** weights (K, 3 Hp), and as many packed. */
  readonly weights: number;
  /** transposed (Hp / 4, 3 H, 4). */
  readonly transposed: number;
  /** head (1 + H, Op), and as many packed; 0 without a head. */
  readonly head: number;
  /** headTransposed (Hp / 4, O, 4). */
  readonly headTransposed: number;
  /** One panel of one step: of the inputs, of a state, of the gates, of the outputs. */
  readonly inputPanel: number;
  readonly statePanel: number;
  readonly gatePanel: number;
  readonly outputPanel: number;
  /** The scratch of the backward pass, for each panel of a shard: both sides of a segment's weight gradient, packed. */
  readonly scratchPanel: number;
  /** The vector and the gates of a stream. */
  readonly vector: number;
  readonly gates: number;
}

const upToFour = (n: number) => Math.ceil(n / 4) * 4;

export function gruLayout({ cell, inputSize: I, hiddenSize: H, outputSize: O }: GruShape): GruLayout {
  const units = upToFour(H);
  const outputs = upToFour(O);
  const biases = cell === "reset-after" ? 2 : 1;
  const rows = I + biases + H;
  return {
    units,
    outputs,
    biases,
    rows,
    columns: 3 * units,
    weights: rows * 3 * units,
    transposed: units * 3 * H,
    head: (1 + H) * outputs,
    headTransposed: units * O,
    inputPanel: (I + biases + units) * PANEL,
    statePanel: units * PANEL,
    gatePanel: 4 * units * PANEL,
    outputPanel: (O > 0 ? outputs : units) * PANEL,
    scratchPanel: SEGMENT * (16 * Math.ceil(Math.max(rows, 1 + H) / 2) + 32),
    vector: upToFour(2 * (I + biases + units)),
    gates: 4 * units,
  };
}
