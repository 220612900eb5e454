/**
 * The scalar specification of the network: every kernel gives these bits.
 *
 * One row of the batch at a time, one number at a time, each operation rounded to f32, in the order
 * that the kernels state. Arrays are row-major and unpadded but for the weights (K, 3 Hp) and the head (1 + H, Op),
 * which are laid out as in layout.ts.
 */
import { type GruShape, gruLayout, SEGMENT } from "../layout.js";
import { sigmoid, tanh } from "./elementary.js";

const f = Math.fround;
const R = 0;
const Z = 1;
const N = 2;

/** One step of one row: all that the backward pass needs. */
export interface Step {
  /** (K) x, ones, h before the step. */
  readonly inputs: Float32Array;
  readonly r: Float32Array;
  readonly z: Float32Array;
  readonly n: Float32Array;
  /** r⊙h, or q for reset-after. */
  readonly extra: Float32Array;
  /** (H) the state after the step. */
  readonly h: Float32Array;
}

/** Σ inputs[k] · weights[k, column], k = from, …, to − 1, from zero. */
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

export function step(shape: GruShape, weights: Float32Array, x: ArrayLike<number>, h: Float32Array): Step {
  const { cell, inputSize: I, hiddenSize: H } = shape;
  const { units, columns, rows, biases } = gruLayout(shape);
  const ahead = I + biases;
  const inputs = new Float32Array(rows).fill(1);
  inputs.set(Array.from(x), 0);
  inputs.set(h, ahead);
  const past = cell === "memoryless" ? ahead : rows; // memoryless sees no state
  const make = () => new Float32Array(H);
  const s: Step = { inputs, r: make(), z: make(), n: make(), extra: make(), h: make() };

  for (let j = 0; j < H; j++) {
    s.r[j] = cell === "memoryless" ? 0 : sigmoid(dot(inputs, weights, columns, R * units + j, 0, past));
    s.z[j] = sigmoid(dot(inputs, weights, columns, Z * units + j, 0, past));
    if (cell === "reset-before") s.extra[j] = f(s.r[j]! * h[j]!);
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
    s.n[j] = tanh(a);
    const fresh = f(f(1 - s.z[j]!) * s.n[j]!);
    s.h[j] = cell === "memoryless" ? fresh : f(fresh + f(s.z[j]! * h[j]!));
  }
  return s;
}

/** (O) the head on one state. */
export function head(shape: GruShape, parameters: Float32Array, h: Float32Array): Float32Array {
  const { outputs } = gruLayout(shape);
  const inputs = [1, ...h];
  return Float32Array.from({ length: shape.outputSize }, (_, o) =>
    dot(inputs, parameters, outputs, o, 0, inputs.length),
  );
}

/** Pre-activation gradients of one step of one row, in the places of its gates; and dh before the step. */
function stepBackward(shape: GruShape, weights: Float32Array, s: Step, dNext: Float32Array) {
  const { cell, hiddenSize: H } = shape;
  const { units, columns, rows } = gruLayout(shape);
  const h = s.inputs.subarray(rows - H);
  const [dr, dz, dn, dq, d] = Array.from({ length: 5 }, () => new Float32Array(H)) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  /** Adds into `sum` the products of da with the weights from state k to `gate`. */
  const back = (sum: number, k: number, gate: number, da: Float32Array) => {
    for (let j = 0; j < H; j++) sum = f(sum + f(weights[(rows - H + k) * columns + gate * units + j]! * da[j]!));
    return sum;
  };
  for (let j = 0; j < H; j++) {
    const keep = f(1 - s.z[j]!);
    const hj = cell === "memoryless" ? 0 : h[j]!;
    dn[j] = f(f(dNext[j]! * keep) * f(1 - f(s.n[j]! * s.n[j]!)));
    dz[j] = f(f(f(dNext[j]! * f(hj - s.n[j]!)) * s.z[j]!) * keep);
    d[j] = f(dNext[j]! * s.z[j]!);
  }
  if (cell === "memoryless") return { dr, dz, dn, dq, d: d.fill(0) };
  for (let j = 0; j < H; j++) {
    const slope = f(s.r[j]! * f(1 - s.r[j]!));
    if (cell === "reset-before") {
      const drh = back(0, j, N, dn);
      dr[j] = f(f(drh * h[j]!) * slope);
      d[j] = f(d[j]! + f(drh * s.r[j]!));
    } else {
      dr[j] = f(f(dn[j]! * s.extra[j]!) * slope);
      dq[j] = f(dn[j]! * s.r[j]!);
    }
  }
  for (let k = 0; k < H; k++) {
    d[k] = back(back(d[k]!, k, R, dr), k, Z, dz);
    if (cell === "reset-after") d[k] = back(d[k]!, k, N, dq);
  }
  return { dr, dz, dn, dq, d };
}

/** gradient[k, column] += Σ over steps and rows: four partial sums by row modulo 4, added as (0 + 1) + (2 + 3). */
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

/**
 * Backward over `steps[t][b]` of one shard. dy[t][b] is the gradient by the head's outputs (O), or by h without a head.
 * Adds into `gradient` and `headGradient`; returns dh before the first step, a row each.
 */
export function backward(
  shape: GruShape,
  weights: Float32Array,
  headWeights: Float32Array,
  steps: readonly (readonly Step[])[],
  dy: readonly (readonly Float32Array[])[],
  gradient: Float32Array,
  headGradient: Float32Array,
): Float32Array[] {
  const { cell, inputSize: I, hiddenSize: H, outputSize: O } = shape;
  const { units, columns, rows, outputs, biases } = gruLayout(shape);
  const T = steps.length;
  const B = steps[0]!.length;
  const da = steps.map(() => [] as ReturnType<typeof stepBackward>[]);
  const dh: Float32Array[] = Array.from({ length: B }, () => new Float32Array(H));

  for (let t = T - 1; t >= 0; t--) {
    for (let b = 0; b < B; b++) {
      const d = dh[b]!;
      for (let k = 0; k < H; k++) {
        if (O === 0) d[k] = f(d[k]! + dy[t]![b]![k]!);
        for (let o = 0; o < O; o++) d[k] = f(d[k]! + f(headWeights[(1 + k) * outputs + o]! * dy[t]![b]![o]!));
      }
      da[t]![b] = stepBackward(shape, weights, steps[t]![b]!, d);
      dh[b] = da[t]![b]!.d;
    }
  }

  const past = cell === "memoryless" ? I + biases : rows;
  for (let t0 = Math.floor((T - 1) / SEGMENT) * SEGMENT; t0 >= 0; t0 -= SEGMENT) {
    const t1 = Math.min(t0 + SEGMENT, T);
    /** [row, input k, gradient j] of every step and row, ascending. */
    const each = function* (k: number, gate: number, j: number): Generator<readonly [number, number, number]> {
      for (let t = t0; t < t1; t++) {
        for (let b = 0; b < B; b++) {
          const s = steps[t]![b]!;
          const g = da[t]![b]!;
          const hidden = k >= I + biases;
          const input = gate === N && hidden && cell === "reset-before" ? s.extra[k - I - biases]! : s.inputs[k]!;
          const fromQ = gate === N && cell === "reset-after" && k > I;
          yield [b, input, fromQ ? g.dq[j]! : [g.dr, g.dz, g.dn][gate]![j]!];
        }
      }
    };
    for (let k = 0; k < past; k++) {
      for (const gate of cell === "memoryless" ? [Z, N] : [R, Z, N]) {
        for (let j = 0; j < H; j++) addProducts(gradient, k * columns + gate * units + j, each(k, gate, j));
      }
    }
    for (let k = 0; k <= H; k++) {
      for (let o = 0; o < O; o++) {
        const products = steps
          .slice(t0, t1)
          .flatMap((row, t) => row.map((s, b) => [b, k === 0 ? 1 : s.h[k - 1]!, dy[t0 + t]![b]![o]!] as const));
        addProducts(headGradient, k * outputs + o, products);
      }
    }
  }
  return dh;
}
