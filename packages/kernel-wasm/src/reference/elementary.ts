/**
 * The elementary functions of assembly/elementary.ts for a single number: the same operations in the same
 * order, each rounded to f32, so the bits are equal.
 */
import type { CandidateActivation, GateActivation } from "../layout.js";

const f = Math.fround;

const number = new Float32Array(1);
const integer = new Int32Array(number.buffer);

function toBits(x: number): number {
  number[0] = x;
  return integer[0]!;
}

function fromBits(i: number): number {
  integer[0] = i;
  return number[0]!;
}

const LOG2_E = f(1.4426950408889634);
const LN2_HIGH = f(0.693359375);
const LN2_LOW = f(-2.1219444e-4);
const LN2 = f(Math.LN2);
const ROUND = 12582912;

const EXP = [
  0.4999999344745954, 0.16666520627619202, 0.041668388105603554, 0.008368717311834742, 0.0013814596580700817,
].map(f) as [number, number, number, number, number];
const LOG = [
  7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
  2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
].map(f);

const polynomial = (coefficients: readonly number[], x: number) => coefficients.reduce((sum, c) => f(f(sum * x) + c));

/** a + b · x */
const linear = (a: number, b: number, x: number) => f(f(b * x) + a);

/** n = x / ln 2 rounded to an integer; it is also in the low bits of `shifted` = round + n. */
function nearest(x: number, round: number): { shifted: number; n: number } {
  const shifted = linear(round, x, LOG2_E);
  return { shifted, n: f(shifted - round) };
}

/** x − n · ln 2, with ln 2 in two parts. */
const reduce = (x: number, n: number) => f(f(x - f(n * LN2_HIGH)) - f(n * LN2_LOW));

/** exp(r) − 1 − r. */
function expTail(r: number): number {
  const [c0, c1, c2, c3, c4] = EXP;
  const square = f(r * r);
  const high = linear(linear(c2, c3, r), c4, square);
  return f(linear(linear(c0, c1, r), high, square) * square);
}

export function exp(x: number): number {
  const bounded = Math.min(Math.max(x, -105), 89);
  const { shifted, n } = nearest(bounded, ROUND);
  const r = reduce(bounded, n);
  const p = f(f(expTail(r) + r) + 1);
  const k = (toBits(shifted) - 0x4b400000) | 0;
  const half = k >> 1;
  return f(f(p * fromBits((half + 127) << 23)) * fromBits((k - half + 127) << 23));
}

export function log(x: number): number {
  if (x === 0) return Number.NEGATIVE_INFINITY;
  if (x === Number.POSITIVE_INFINITY) return x;
  if (!(x > 0)) return Number.NaN;
  const tiny = x < f(1.17549435e-38);
  const i = toBits(tiny ? f(x * 16777216) : x);
  let e = (i >>> 23) - 126 - (tiny ? 24 : 0);
  let m = fromBits((i & 0x007fffff) | 0x3f000000);
  const low = m < f(Math.SQRT1_2);
  if (low) e -= 1;
  m = f(f(m + (low ? m : 0)) - 1);
  const square = f(m * m);
  let y = f(f(polynomial(LOG, m) * m) * square);
  y = f(y + f(e * LN2_LOW));
  y = f(y - f(square * 0.5));
  return f(f(m + y) + f(e * LN2_HIGH));
}

export function sigmoid(x: number): number {
  const bounded = Math.min(Math.max(x, -105), 40);
  const { shifted, n } = nearest(bounded, ROUND + 192);
  const r = reduce(bounded, n);
  const scale = f(fromBits(toBits(shifted) << 23) * f(2.710505431213761e-20));
  return f(scale / f(expTail(-r) + f(scale + f(1 - r))));
}

export function tanh(x: number): number {
  const bounded = Math.min(Math.max(x, -9), 9);
  const twice = f(bounded + bounded);
  const { shifted, n } = nearest(twice, ROUND + 128);
  const r = f(twice - f(n * LN2));
  const scale = fromBits(toBits(shifted) << 23);
  const m = linear(f(scale - 2), scale, f(expTail(r) + r));
  return f(m / f(m + 4));
}

/** The activation function of a gate. */
export function gate(x: number, kind: GateActivation): number {
  if (kind === "sigmoid") return sigmoid(x);
  return Math.min(Math.max(f(f(hardSlope(kind) * x) + 0.5), 0), 1);
}

/** The derivative of a gate's activation, from its value v. */
export function gateSlope(v: number, kind: GateActivation): number {
  if (kind === "sigmoid") return f(v * f(1 - v));
  return v > 0 && v < 1 ? hardSlope(kind) : 0;
}

const hardSlope = (kind: GateActivation) => f(kind === "hard-sigmoid" ? f(1) / f(6) : 0.2);

/** The activation function of the candidate. */
export function candidate(x: number, kind: CandidateActivation): number {
  if (kind === "tanh") return tanh(x);
  return kind === "relu" ? Math.max(x, 0) : x;
}

/** The derivative of the candidate's activation, from its value v. */
export function candidateSlope(v: number, kind: CandidateActivation): number {
  if (kind === "tanh") return f(1 - f(v * v));
  return kind === "relu" && !(v > 0) ? 0 : 1;
}
