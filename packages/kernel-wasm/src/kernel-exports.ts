import type { Pointer } from "./pointer.js";

/**
 * The functions that assembly/index.ts exports, with its parameters in its order; they are documented there. A test compares the names
 * with the assembly and with the compiled module. Pointers may be NULL only where the assembly says so.
 */
export interface KernelExports {
  heapBase(): number;

  // elementary
  expArray(out: Pointer, x: Pointer, n: number): void;
  logArray(out: Pointer, x: Pointer, n: number): void;
  sigmoidArray(out: Pointer, x: Pointer, n: number): void;
  tanhArray(out: Pointer, x: Pointer, n: number): void;

  // dropout
  dropoutUnits(
    panels: Pointer,
    stepBytes: number,
    panelBytes: number,
    units: number,
    P: number,
    first: number,
    t0: number,
    t1: number,
    layer: number,
    key0: number,
    key1: number,
    limit: number,
    scale: number,
  ): void;

  // gru
  gruForward(
    inputs: Pointer,
    gates: Pointer,
    states: Pointer,
    masks: Pointer,
    factors: Pointer,
    scratch: Pointer,
    packed: Pointer,
    I: number,
    H: number,
    P: number,
    cell: number,
    gate: number,
    candidate: number,
    t0: number,
    t1: number,
  ): void;
  gruBackward(
    gradient: Pointer,
    dh: Pointer,
    gates: Pointer,
    scratch: Pointer,
    inputs: Pointer,
    states: Pointer,
    masks: Pointer,
    factors: Pointer,
    dy: Pointer,
    transposed: Pointer,
    I: number,
    H: number,
    P: number,
    cell: number,
    gate: number,
    candidate: number,
    t0: number,
    t1: number,
    T: number,
  ): void;
  inputGradient(dx: Pointer, gates: Pointer, transposed: Pointer, I: number, H: number, count: number): void;

  // gru-step
  packSteps(
    packed: Pointer,
    headPacked: Pointer,
    weights: Pointer,
    head: Pointer,
    K: number,
    H: number,
    O: number,
  ): void;
  gruSteps(
    y: Pointer,
    hidden: Pointer,
    output: Pointer,
    vector: Pointer,
    gates: Pointer,
    x: Pointer,
    packed: Pointer,
    headPacked: Pointer,
    I: number,
    H: number,
    O: number,
    cell: number,
    gate: number,
    candidate: number,
    T: number,
  ): void;

  // head
  headForward(
    y: Pointer,
    states: Pointer,
    stateBytes: number,
    packed: Pointer,
    F: number,
    O: number,
    count: number,
  ): void;
  headBackward(dStates: Pointer, dy: Pointer, transposed: Pointer, F: number, O: number, count: number): void;
  headGradient(
    gradient: Pointer,
    scratch: Pointer,
    states: Pointer,
    stateBytes: number,
    dy: Pointer,
    F: number,
    O: number,
    count: number,
  ): void;

  // loss
  loss(
    dy: Pointer,
    dyStep: number,
    dyPanel: number,
    y: Pointer,
    yStep: number,
    yPanel: number,
    targets: Pointer,
    starts: Pointer,
    stride: number,
    size: number,
    weights: Pointer,
    weightStarts: Pointer,
    weightStride: number,
    count: number,
    T: number,
    kind: number,
    delta: number,
    levels: Pointer,
    Q: number,
  ): number;

  // matmul
  matmulPanel(
    out: Pointer,
    packed: Pointer,
    blockBytes: number,
    a: Pointer,
    K: number,
    b: Pointer,
    L: number,
    N: number,
    accumulate: 0 | 1,
  ): void;
  matmulGradient(
    gradient: Pointer,
    rowBytes: number,
    scratch: Pointer,
    a: Pointer,
    aBytes: number,
    d: Pointer,
    dBytes: number,
    K: number,
    N: number,
    count: number,
  ): void;
  packWeights(packed: Pointer, weights: Pointer, rowBytes: number, K: number, N: number): void;
  packTransposed(packed: Pointer, blockBytes: number, weights: Pointer, rowBytes: number, K: number, N: number): void;

  // optimize
  addScaled(to: Pointer, from: Pointer, n: number, factor: number): void;
  sumSquares(block: Pointer, rowBytes: number, rows: number, columns: number): number;
  scaleBlock(block: Pointer, rowBytes: number, rows: number, columns: number, factor: number): void;
  penalize(
    gradient: Pointer,
    parameters: Pointer,
    rowBytes: number,
    rows: number,
    columns: number,
    l1: number,
    twiceL2: number,
  ): void;
  clampArray(g: Pointer, n: number, limit: number): void;
  firstNonFinite(x: Pointer, n: number): number;
  sgd(
    parameters: Pointer,
    velocity: Pointer,
    gradient: Pointer,
    n: number,
    learningRate: number,
    momentum: number,
    weightDecay: number,
    nesterov: 0 | 1,
  ): void;
  adam(
    parameters: Pointer,
    first: Pointer,
    second: Pointer,
    gradient: Pointer,
    n: number,
    beta1: number,
    rest1: number,
    beta2: number,
    rest2: number,
    stepSize: number,
    root: number,
    epsilon: number,
    weightDecay: number,
    keep: number,
  ): void;
  rmsprop(
    parameters: Pointer,
    first: Pointer,
    second: Pointer,
    gradient: Pointer,
    n: number,
    learningRate: number,
    alpha: number,
    rest: number,
    epsilon: number,
    momentum: number,
    weightDecay: number,
  ): void;

  // random
  randomWords(
    words: Pointer,
    low: number,
    high: number,
    count: number,
    stream: number,
    key0: number,
    key1: number,
  ): void;

  // panels
  gatherPanels(
    panels: Pointer,
    stepBytes: number,
    panelBytes: number,
    source: Pointer,
    starts: Pointer,
    lengths: Pointer,
    count: number,
    stride: number,
    size: number,
    t0: number,
    t1: number,
  ): void;
  moveUnits(
    to: Pointer,
    toStep: number,
    toPanel: number,
    from: Pointer,
    fromStep: number,
    fromPanel: number,
    lengths: Pointer,
    count: number,
    units: number,
    t0: number,
    t1: number,
    add: 0 | 1,
  ): void;
  layMasks(
    masks: Pointer,
    flags: Pointer,
    starts: Pointer,
    lengths: Pointer,
    count: number,
    t0: number,
    t1: number,
  ): void;
  clearIdle(panels: Pointer, panelBytes: number, masks: Pointer, units: number, count: number): void;
  scatterPanels(
    out: Pointer,
    outStep: number,
    panels: Pointer,
    stepBytes: number,
    panelBytes: number,
    count: number,
    size: number,
    steps: number,
  ): void;
  clear(block: Pointer, bytes: number): void;
  fillUnit(panels: Pointer, panelBytes: number, count: number, value: number): void;
}
