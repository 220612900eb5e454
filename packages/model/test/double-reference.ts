/**
 * The forward pass and loss of a network in double precision, element by element from the equations: the reference for the kernel's
 * passes and gradients.
 *
 *   T steps   B samples   I inputs   H units   O outputs   L layers   D directions
 *
 * reset-before  r = σ(x W_xr + h W_hr + b_r)   z likewise   n = φ(x W_xh + (r⊙h) W_hh + b_h)
 * reset-after   r = σ(W_ir x + b_ir + W_hr h + b_hr)   z likewise   n = φ(W_in x + b_in + r⊙(W_hn h + b_hn))
 * memoryless    reset-before with h = 0 at every step
 * all           h' = (1 − z)⊙n + z⊙h
 *
 * The reverse direction processes a sample's steps from its last to its first, and each state is stored at its step. Beyond the
 * sample's length, it stores its initial state; the forward direction stores its last state.
 */
import type { Cell, GruConfig } from "../src/index.js";
import type { Loss } from "../src/passes/losses.js";

/** Tensors of the cell's default convention, row-major. */
export type DoubleParameters = Readonly<Record<string, Float64Array>>;

export interface DoubleBatch {
  readonly T: number;
  readonly B: number;
  /** (T,B,I) */
  readonly x: ArrayLike<number>;
  /** (L D,B,H) */
  readonly initialState?: ArrayLike<number> | undefined;
  /** (B) */
  readonly lengths?: ArrayLike<number> | undefined;
  /** (T,B) */
  readonly mask?: ArrayLike<number> | undefined;
  /** (T,B) */
  readonly resets?: ArrayLike<number> | undefined;
}

export interface DoubleTargets {
  /** (T,B,targets), or (B,targets) where only the last output counts. */
  readonly y: ArrayLike<number>;
  readonly targets: number;
  /** (T,B), or (B) */
  readonly weights?: ArrayLike<number> | undefined;
  readonly loss: Loss;
}

export interface DoubleResult {
  readonly output: Float64Array;
  readonly hidden: Float64Array;
  /** (L D,B,H) */
  readonly finalState: Float64Array;
  /** The least distance of a number from the place where its activation has a kink; ∞ for smooth ones. */
  readonly kink: number;
}

type Config = Required<Omit<GruConfig, "seed" | "init" | "dropout" | "recurrentDropout">>;

/** Weights of one layer in one direction: gates r, z, n; input (3,H,size), state (3,H,H), two biases (3,H). */
interface Weights {
  readonly size: number;
  readonly input: Float64Array;
  readonly state: Float64Array;
  readonly inputBias: Float64Array;
  readonly stateBias: Float64Array;
}

function weightsOf(
  parameters: DoubleParameters,
  { cell, hiddenSize: H, bias }: Config,
  size: number,
  suffix: string,
) {
  const input = new Float64Array(3 * H * size);
  const state = new Float64Array(3 * H * H);
  const inputBias = new Float64Array(3 * H);
  const stateBias = new Float64Array(3 * H);
  const of = (name: string) => parameters[name + suffix]!;
  if (cell === "reset-after") {
    input.set(of("gru.weight_ih"));
    state.set(of("gru.weight_hh"));
    if (bias) {
      inputBias.set(of("gru.bias_ih"));
      stateBias.set(of("gru.bias_hh"));
    }
  } else {
    ["r", "z", "h"].forEach((gate, g) => {
      for (let j = 0; j < H; j++) {
        for (let k = 0; k < size; k++) input[(g * H + j) * size + k] = of(`W_x${gate}`)[k * H + j]!;
        for (let k = 0; k < H; k++) state[(g * H + j) * H + k] = of(`W_h${gate}`)[k * H + j]!;
        if (bias) inputBias[g * H + j] = of(`b_${gate}`)[j]!;
      }
    });
  }
  return { size, input, state, inputBias, stateBias };
}

/** Computes one step of one sample: next (H) from x (size) at `at` and h (H). Returns the distance from the nearest kink. */
type Step = (weights: Weights, x: ArrayLike<number>, at: number, h: Float64Array, next: Float64Array) => number;

function stepOf({ cell, hiddenSize: H, gateActivation, candidateActivation }: Config): Step {
  let kink = Number.POSITIVE_INFINITY;
  const gateOf = (a: number) => {
    if (gateActivation === "sigmoid") return 1 / (1 + Math.exp(-a));
    const line = (gateActivation === "hard-sigmoid" ? a / 6 : a * 0.2) + 0.5;
    kink = Math.min(kink, Math.abs(line), Math.abs(line - 1));
    return Math.min(Math.max(line, 0), 1);
  };
  const candidateOf = (a: number) => {
    if (candidateActivation === "tanh") return Math.tanh(a);
    if (candidateActivation === "linear") return a;
    kink = Math.min(kink, Math.abs(a));
    return Math.max(a, 0);
  };
  const r = new Float64Array(H);
  const z = new Float64Array(H);
  const before = new Float64Array(H);
  return ({ size, input, state, inputBias, stateBias }, x, at, h, next) => {
    kink = Number.POSITIVE_INFINITY;
    before.set(h);
    if (cell === "memoryless") before.fill(0);
    const fromInput = (row: number) => {
      let sum = inputBias[row]!;
      for (let k = 0; k < size; k++) sum += input[row * size + k]! * x[at + k]!;
      return sum;
    };
    const fromState = (row: number, reset?: Float64Array) => {
      let sum = stateBias[row]!;
      for (let k = 0; k < H; k++) sum += state[row * H + k]! * before[k]! * (reset ? reset[k]! : 1);
      return sum;
    };
    for (let j = 0; j < H; j++) {
      r[j] = gateOf(fromInput(j) + fromState(j));
      z[j] = gateOf(fromInput(H + j) + fromState(H + j));
    }
    for (let j = 0; j < H; j++) {
      const row = 2 * H + j;
      const past = cell === "reset-after" ? r[j]! * fromState(row) : fromState(row, r);
      const n = candidateOf(fromInput(row) + past);
      next[j] = (1 - z[j]!) * n + z[j]! * before[j]!;
    }
    return kink;
  };
}

/** The suffix of the names of a track's tensors. */
function suffixOf(cell: Cell, layer: number, second: boolean): string {
  if (cell !== "reset-after" && layer === 0 && !second) return "";
  return `_l${layer}${second ? "_reverse" : ""}`;
}

export function isTaken({ B, lengths, mask }: DoubleBatch, t: number, b: number): boolean {
  return (!lengths || t < lengths[b]!) && mask?.[t * B + b] !== 0;
}

export function doubleForward(config: Config, parameters: DoubleParameters, batch: DoubleBatch): DoubleResult {
  const { T, B, initialState, lengths, resets } = batch;
  const { cell, inputSize, hiddenSize: H, outputSize: O, layers, direction, learnInitialState, outputs } = config;
  const D = direction === "bidirectional" ? 2 : 1;
  const F = D * H;
  const step = stepOf(config);
  const finalState = new Float64Array(layers * D * B * H);
  let kink = Number.POSITIVE_INFINITY;
  let below: ArrayLike<number> = batch.x;
  let size = inputSize;
  for (let layer = 0; layer < layers; layer++) {
    const features = new Float64Array(T * B * F);
    for (let d = 0; d < D; d++) {
      const track = layer * D + d;
      const backward = direction === "reverse" || d === 1;
      const weights = weightsOf(parameters, config, size, suffixOf(cell, layer, d === 1));
      for (let b = 0; b < B; b++) {
        const h = new Float64Array(H);
        if (initialState) for (let j = 0; j < H; j++) h[j] = initialState[(track * B + b) * H + j]!;
        else if (learnInitialState) h.set(parameters["initial_state"]!.subarray(track * H, track * H + H));
        const show = (t: number) => features.set(h, (t * B + b) * F + d * H);
        const length = lengths ? lengths[b]! : T;
        if (backward) for (let t = length; t < T; t++) show(t);
        for (let s = 0; s < (backward ? length : T); s++) {
          const t = backward ? length - 1 - s : s;
          if (isTaken(batch, t, b)) {
            if (resets && resets[t * B + b] !== 0) h.fill(0);
            kink = Math.min(kink, step(weights, below, (t * B + b) * size, h, h));
          }
          show(t);
        }
        finalState.set(h, (track * B + b) * H);
      }
    }
    below = features;
    size = F;
  }
  let hidden = below as Float64Array;
  if (outputs === "last") {
    const top = (layers - 1) * D;
    hidden = Float64Array.from({ length: B * F }, (_, i) => {
      const [b, d, j] = [Math.floor(i / F), Math.floor((i % F) / H), i % H];
      return finalState[((top + d) * B + b) * H + j]!;
    });
  }
  return { output: O > 0 ? headOf(config, parameters, hidden, F) : hidden, hidden, finalState, kink };
}

function headOf({ cell, outputSize: O }: Config, parameters: DoubleParameters, hidden: Float64Array, F: number) {
  const after = cell === "reset-after";
  const weight = parameters[after ? "head.weight" : "W_hq"]!;
  const bias = parameters[after ? "head.bias" : "b_q"]!;
  return Float64Array.from({ length: (hidden.length / F) * O }, (_, i) => {
    const [row, o] = [Math.floor(i / O), i % O];
    let sum = bias[o]!;
    for (let k = 0; k < F; k++) sum += hidden[row * F + k]! * weight[after ? o * F + k : k * O + o]!;
    return sum;
  });
}

/** The loss of one target from its `outputs`, and the distance of its errors from a kink. */
function lossOf(loss: Loss, outputs: Float64Array, y: number): { value: number; kink: number } {
  const smooth = Number.POSITIVE_INFINITY;
  const e = outputs[0]! - y;
  if (loss === "mse") return { value: e * e, kink: smooth };
  if (loss === "mae") return { value: Math.abs(e), kink: Math.abs(e) };
  if (loss === "gaussian") return { value: (outputs[1]! + e ** 2 / Math.exp(outputs[1]!)) / 2, kink: smooth };
  if (loss === "huber" || loss.kind === "huber") {
    const delta = loss === "huber" ? 1 : loss.delta;
    const far = Math.abs(e) > delta;
    return { value: far ? delta * (Math.abs(e) - delta / 2) : e ** 2 / 2, kink: smooth };
  }
  let [value, kink] = [0, smooth];
  loss.quantiles.forEach((q, k) => {
    const error = outputs[k]! - y;
    value += Math.max(-q * error, (1 - q) * error);
    kink = Math.min(kink, Math.abs(error));
  });
  return { value, kink };
}

/**
 * The weighted mean over the targets of all steps that are not masked, or of the last outputs; `terms` are its summands, `kink` is the
 * distance of network and loss.
 */
export function doubleLoss(
  config: Config,
  parameters: DoubleParameters,
  batch: DoubleBatch,
  { y, targets, weights, loss }: DoubleTargets,
): { loss: number; terms: readonly number[]; kink: number } {
  const { T, B } = batch;
  const result = doubleForward(config, parameters, batch);
  const rows = config.outputs === "last" ? B : T * B;
  const outputs = result.output.length / rows;
  const each = outputs / targets;
  const weighted: number[] = [];
  let [total, kink] = [0, result.kink];
  for (let row = 0; row < rows; row++) {
    const counted = config.outputs === "last" || isTaken(batch, Math.floor(row / B), row % B);
    const weight = counted ? (weights?.[row] ?? 1) : 0;
    if (weight === 0) continue;
    for (let j = 0; j < targets; j++) {
      const at = row * outputs + j * each;
      const one = lossOf(loss, result.output.subarray(at, at + each), y[row * targets + j]!);
      weighted.push(weight * one.value);
      total += weight;
      kink = Math.min(kink, one.kink);
    }
  }
  const terms = weighted.map((value) => value / total);
  return { loss: terms.reduce((sum, term) => sum + term, 0), terms, kink };
}
