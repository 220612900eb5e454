/**
 * The scalar reference of a layer and a head: the kernel gives these bits.
 *
 * It computes one row and one number at a time, each operation rounded to f32, in the kernel's order. Arrays are row-major and unpadded,
 * except the weights (K, 3 Hp) and the head (1 + F, Op), which have the layout of layout.ts.
 */
import { type HeadShape, headLayout, type LayerShape, layerLayout, SEGMENT } from "../layout.js";
import { candidate, candidateSlope, gate, gateSlope } from "./elementary.js";

const f = Math.fround;
const R = 0;
const Z = 1;
const N = 2;

/** Mask, reset and recurrent dropout of one step of one row. */
export interface StepMode {
  /** Whether the step is computed; a masked step keeps the state. */
  readonly active: boolean;
  /** Whether the state before the step is kept; else it is reset to zero. */
  readonly carried: boolean;
  /** (H) what h is multiplied by before the matrix products; ones if absent. */
  readonly factors?: Float32Array | undefined;
}

const PLAIN: StepMode = { active: true, carried: true };

/** One step of one row, with the values that the backward pass needs. */
export interface Step {
  /** (K) x, ones, and h as the matrix products read it. */
  readonly inputs: Float32Array;
  /** (H) h as the update gate reads it. */
  readonly kept: Float32Array;
  readonly mode: StepMode;
  readonly r: Float32Array;
  readonly z: Float32Array;
  readonly n: Float32Array;
  /** r⊙h, or q for reset-after. */
  readonly extra: Float32Array;
  /** (H) the state after the step. */
  readonly h: Float32Array;
}

/** Σ inputs[k] · weights[k, column] for k = from, …, to − 1, starting at zero. */
function dot(
  inputs: ArrayLike<number>,
  weights: Float32Array,
  columns: number,
  column: number,
  from: number,
  to: number,
): number {
  let sum = 0;
  for (let k = from; k < to; k++) sum = f(sum + f(weights[k * columns + column]! * inputs[k]!));
  return sum;
}

/** One step of one row from the state `before`. */
export function step(
  shape: LayerShape,
  weights: Float32Array,
  x: ArrayLike<number>,
  before: Float32Array,
  mode = PLAIN,
): Step {
  const { cell, inputSize: I, hiddenSize: H } = shape;
  const { units, columns, rows, biases } = layerLayout(shape);
  const ahead = I + biases;
  const kept = mode.carried ? before.slice() : new Float32Array(H);
  const seen = kept.map((h, j) => h * (mode.factors?.[j] ?? 1));
  const inputs = new Float32Array(rows).fill(1);
  inputs.set(Array.from(x), 0);
  inputs.set(seen, ahead);
  const past = cell === "memoryless" ? ahead : rows; // a memoryless cell does not read the state
  const make = () => new Float32Array(H);
  const s: Step = { inputs, kept, mode, r: make(), z: make(), n: make(), extra: make(), h: make() };

  for (let j = 0; j < H; j++) {
    const gateOf = (g: number) => gate(dot(inputs, weights, columns, g * units + j, 0, past), shape.gateActivation);
    s.r[j] = cell === "memoryless" ? 0 : gateOf(R);
    s.z[j] = gateOf(Z);
    if (cell === "reset-before") s.extra[j] = f(s.r[j]! * seen[j]!);
    if (cell === "reset-after") s.extra[j] = dot(inputs, weights, columns, N * units + j, I + 1, rows);
  }
  const reset = inputs.slice();
  if (cell === "reset-before") reset.set(s.extra, ahead);
  for (let j = 0; j < H; j++) {
    const column = N * units + j;
    const a =
      cell === "reset-after"
        ? f(dot(inputs, weights, columns, column, 0, I + 1) + f(s.r[j]! * s.extra[j]!))
        : dot(reset, weights, columns, column, 0, past);
    s.n[j] = candidate(a, shape.candidateActivation);
    const fresh = f(f(1 - s.z[j]!) * s.n[j]!);
    s.h[j] = cell === "memoryless" ? fresh : f(fresh + f(s.z[j]! * kept[j]!));
    if (!mode.active) s.h[j] = before[j]!;
  }
  return s;
}

/** (O) the outputs of the head for the features of one step. */
export function head(shape: HeadShape, parameters: Float32Array, features: ArrayLike<number>): Float32Array {
  const { outputs } = headLayout(shape);
  const inputs = [1, ...Array.from(features)];
  return Float32Array.from({ length: shape.outputSize }, (_, o) =>
    dot(inputs, parameters, outputs, o, 0, inputs.length),
  );
}

/** (F) the gradient with respect to the features. */
export function headBackward(shape: HeadShape, parameters: Float32Array, dy: Float32Array): Float32Array {
  const { outputs } = headLayout(shape);
  return Float32Array.from({ length: shape.features }, (_, k) => {
    let sum = 0;
    for (let o = 0; o < shape.outputSize; o++) sum = f(sum + f(parameters[(1 + k) * outputs + o]! * dy[o]!));
    return sum;
  });
}

interface StepGradients {
  readonly dr: Float32Array;
  readonly dz: Float32Array;
  readonly dn: Float32Array;
  readonly dq: Float32Array;
  /** With respect to the state before the step. */
  readonly d: Float32Array;
}

/** The gradients of one step of one row with respect to its pre-activations and to the state before it. */
function stepBackward(shape: LayerShape, weights: Float32Array, s: Step, dNext: Float32Array): StepGradients {
  const { cell, hiddenSize: H } = shape;
  const { units, columns, rows } = layerLayout(shape);
  const seen = s.inputs.subarray(rows - H);
  const make = () => new Float32Array(H);
  const [dr, dz, dn, dq, d] = [make(), make(), make(), make(), make()];
  if (!s.mode.active) return { dr, dz, dn, dq, d: dNext };
  /** Adds into `sum` the products of da with the weights from state k to a gate. */
  const back = (sum: number, k: number, g: number, da: Float32Array) => {
    for (let j = 0; j < H; j++) sum = f(sum + f(weights[(rows - H + k) * columns + g * units + j]! * da[j]!));
    return sum;
  };
  for (let j = 0; j < H; j++) {
    const kept = cell === "memoryless" ? 0 : s.kept[j]!;
    dn[j] = f(f(dNext[j]! * f(1 - s.z[j]!)) * candidateSlope(s.n[j]!, shape.candidateActivation));
    dz[j] = f(f(dNext[j]! * f(kept - s.n[j]!)) * gateSlope(s.z[j]!, shape.gateActivation));
    d[j] = f(dNext[j]! * s.z[j]!);
  }
  if (cell === "memoryless") return { dr, dz, dn, dq, d: d.fill(0) };
  const { factors } = s.mode;
  const into = factors ? make() : d; // the gradient with respect to h as the matrix products read it
  for (let j = 0; j < H; j++) {
    const slope = gateSlope(s.r[j]!, shape.gateActivation);
    if (cell === "reset-before") {
      const drh = back(0, j, N, dn);
      dr[j] = f(f(drh * seen[j]!) * slope);
      into[j] = f(into[j]! + f(drh * s.r[j]!));
    } else {
      dr[j] = f(f(dn[j]! * s.extra[j]!) * slope);
      dq[j] = f(dn[j]! * s.r[j]!);
    }
  }
  for (let k = 0; k < H; k++) {
    into[k] = back(back(into[k]!, k, R, dr), k, Z, dz);
    if (cell === "reset-after") into[k] = back(into[k]!, k, N, dq);
    if (factors) d[k] = f(d[k]! + f(into[k]! * factors[k]!));
    if (!s.mode.carried) d[k] = 0;
  }
  return { dr, dz, dn, dq, d };
}

/** gradient[at] += Σ over steps and rows: four partial sums, one for each row modulo 4, added as (0 + 1) + (2 + 3). */
function addProducts(
  gradient: Float32Array,
  at: number,
  products: Iterable<readonly [row: number, a: number, d: number]>,
): void {
  const lanes = [0, 0, 0, 0];
  for (const [row, a, d] of products) lanes[row & 3] = f(lanes[row & 3]! + f(d * a));
  const [l0, l1, l2, l3] = lanes as [number, number, number, number];
  gradient[at] = f(gradient[at]! + f(f(l0 + l1) + f(l2 + l3)));
}

/** Segments of steps [0, T), the last first. */
function* segments(T: number): Generator<readonly [from: number, to: number]> {
  for (let t0 = Math.floor((T - 1) / SEGMENT) * SEGMENT; t0 >= 0; t0 -= SEGMENT)
    yield [t0, Math.min(t0 + SEGMENT, T)];
}

/**
 * Back-propagates through `steps[t][b]` of one shard and adds into `gradient`. dStates[t][b] (H) is the gradient with respect to h from the
 * head or the layer above. Returns the gradients with respect to each row's initial state and to x of each step.
 */
export function backward(
  shape: LayerShape,
  weights: Float32Array,
  steps: readonly (readonly Step[])[],
  dStates: readonly (readonly Float32Array[])[],
  gradient: Float32Array,
): { dState: Float32Array[]; dInputs: Float32Array[][] } {
  const { cell, inputSize: I, hiddenSize: H } = shape;
  const { units, columns, rows, biases } = layerLayout(shape);
  const B = steps[0]!.length;
  const da: StepGradients[][] = steps.map(() => []);
  const dh: Float32Array[] = Array.from({ length: B }, () => new Float32Array(H));
  for (let t = steps.length - 1; t >= 0; t--) {
    for (let b = 0; b < B; b++) {
      const d = dh[b]!.map((v, k) => v + dStates[t]![b]![k]!);
      da[t]![b] = stepBackward(shape, weights, steps[t]![b]!, d);
      dh[b] = da[t]![b]!.d;
    }
  }

  const past = cell === "memoryless" ? I + biases : rows;
  for (const [t0, t1] of segments(steps.length)) {
    /** [row, input k, gradient j] of every step and row, in ascending order. */
    const each = function* (k: number, g: number, j: number): Generator<readonly [number, number, number]> {
      for (let t = t0; t < t1; t++) {
        for (let b = 0; b < B; b++) {
          const s = steps[t]![b]!;
          const { dr, dz, dn, dq } = da[t]![b]!;
          const hidden = k >= I + biases;
          const input = g === N && hidden && cell === "reset-before" ? s.extra[k - I - biases]! : s.inputs[k]!;
          const fromQ = g === N && cell === "reset-after" && k > I;
          yield [b, input, fromQ ? dq[j]! : [dr, dz, dn][g]![j]!];
        }
      }
    };
    for (let k = 0; k < past; k++) {
      for (const g of cell === "memoryless" ? [Z, N] : [R, Z, N]) {
        for (let j = 0; j < H; j++) addProducts(gradient, k * columns + g * units + j, each(k, g, j));
      }
    }
  }
  const dInputs = da.map((row) =>
    row.map(({ dr, dz, dn }) =>
      Float32Array.from({ length: I }, (_, i) => {
        let sum = 0;
        [dr, dz, dn].forEach((d, g) => {
          for (let j = 0; j < H; j++) sum = f(sum + f(weights[i * columns + g * units + j]! * d[j]!));
        });
        return sum;
      }),
    ),
  );
  return { dState: dh, dInputs };
}

/** gradient (1 + F, Op) += the gradient of the head's weights over steps [t][b] of features and dy. */
export function headGradient(
  shape: HeadShape,
  features: readonly (readonly ArrayLike<number>[])[],
  dy: readonly (readonly Float32Array[])[],
  gradient: Float32Array,
): void {
  const { outputs } = headLayout(shape);
  for (const [t0, t1] of segments(features.length)) {
    for (let k = 0; k <= shape.features; k++) {
      for (let o = 0; o < shape.outputSize; o++) {
        const products = features
          .slice(t0, t1)
          .flatMap((row, t) => row.map((v, b) => [b, k === 0 ? 1 : v[k - 1]!, dy[t0 + t]![b]![o]!] as const));
        addProducts(gradient, k * outputs + o, products);
      }
    }
  }
}
