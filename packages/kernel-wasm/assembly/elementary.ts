/**
 * exp, log, sigmoid and tanh on four lanes of f32, from + − × ÷ and integer operations only.
 *
 * Every lane is computed by the same operations, so a value does not depend on its lane.
 * Denormal numbers are exact inputs and outputs, ±∞ give the limits, NaN gives NaN. Error bounds, tested at
 * every 61st float: exp and log 2 ulp, sigmoid and tanh 4 ulp.
 *
 * Sources: log and the reduction of exp are those of logf and expf in Cephes (S. L. Moshier); the polynomial of exp
 * is a minimax fit made for this file, with a relative error below 2^−28.
 */

/**
 * Constants are in memory: engines build a constant vector with three instructions at each use, but load and broadcast one from memory
 * with one instruction.
 */
const LOG2_E = memory.data<f32>([1.44269504088896341]);
const LN2_HIGH = memory.data<f32>([0.693359375]); // 10 bits: n · LN2_HIGH is exact
const LN2_LOW = memory.data<f32>([-2.12194440e-4]);
const ROUND = memory.data<f32>([12582912]); // 1.5 · 2^23: adding it rounds to an integer n, held in the low bits
const ROUND_RAISED = memory.data<f32>([12582912 + 192]); // the low bits, shifted left by 23, are then 2^(n+65)
const ROUND_TWICE = memory.data<f32>([12582912 + 128]); // and here 2^(n+1)
const EXP = memory.data<f32>([0.4999999344745954, 0.16666520627619202, 0.041668388105603554, 0.008368717311834742, 0.0013814596580700817]);
const LOG = memory.data<f32>([
  7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
  2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
]);
const ONE = memory.data<f32>([1]);
const TWO = memory.data<f32>([2]);
const FOUR = memory.data<f32>([4]);
const LN2 = memory.data<f32>([0.6931471805599453]);
const LOWEST = memory.data<f32>([-105]); // exp is 0 from here down
const HIGHEST = memory.data<f32>([89]); // and ∞ from here up
const SIGMOID_HIGHEST = memory.data<f32>([40]); // sigmoid is 1 from here up
const TANH_LOWEST = memory.data<f32>([-9]);
const TANH_HIGHEST = memory.data<f32>([9]); // tanh is ±1 beyond these
const BIAS = memory.data<i32>([127]);
const LOWER = memory.data<f32>([2.710505431213761e-20]); // 2^−65

/** The constant at address + offset in all four lanes. */
// @ts-ignore: decorator
@inline
function constant(address: usize, offset: usize = 0): v128 {
  return v128.load32_splat(address + offset);
}

// @ts-ignore: decorator
@inline
export function one4(): v128 {
  return constant(ONE);
}

/** x clamped between two constants; NaN stays NaN because it is the first argument. */
// @ts-ignore: decorator
@inline
function between(x: v128, low: usize, high: usize): v128 {
  return f32x4.pmin(f32x4.pmax(x, constant(low)), constant(high));
}

/** a + b · x */
// @ts-ignore: decorator
@inline
function linear(a: v128, b: v128, x: v128): v128 {
  return f32x4.add(f32x4.mul(b, x), a);
}

/** x − n · ln 2, with ln 2 in two parts (Cody & Waite). */
// @ts-ignore: decorator
@inline
function reduce(x: v128, n: v128): v128 {
  const r = f32x4.sub(x, f32x4.mul(n, constant(LN2_HIGH)));
  return f32x4.sub(r, f32x4.mul(n, constant(LN2_LOW)));
}

/**
 * exp(r) = 1 + r + r² (c0 + c1 r + c2 r² + c3 r³ + c4 r⁴) for |r| ≤ ln 2 / 2; this returns r² (…), evaluated in pairs of
 * terms (Estrin) for a shorter dependency chain. With `minus`, r is replaced by −r.
 */
// @ts-ignore: decorator
@inline
function expTail(r: v128, minus: bool): v128 {
  const square = f32x4.mul(r, r);
  const odd1 = f32x4.mul(constant(EXP, 4), r), odd3 = f32x4.mul(constant(EXP, 12), r);
  const low = minus ? f32x4.sub(constant(EXP, 0), odd1) : f32x4.add(constant(EXP, 0), odd1);
  const middle = minus ? f32x4.sub(constant(EXP, 8), odd3) : f32x4.add(constant(EXP, 8), odd3);
  const high = linear(middle, constant(EXP, 16), square);
  return f32x4.mul(linear(low, high, square), square);
}

// @ts-ignore: decorator
@inline
export function exp4(x: v128): v128 {
  const bounded = between(x, LOWEST, HIGHEST);
  const shifted = linear(constant(ROUND), bounded, constant(LOG2_E));
  const r = reduce(bounded, f32x4.sub(shifted, constant(ROUND)));
  const p = f32x4.add(f32x4.add(expTail(r, false), r), constant(ONE));
  // · 2^n as two factors, both normal numbers for n from −152 to 129
  const k = i32x4.sub(shifted, i32x4.splat(0x4b400000));
  const half = i32x4.shr_s(k, 1);
  const scale = i32x4.shl(i32x4.add(half, constant(BIAS)), 23);
  const rest = i32x4.shl(i32x4.add(i32x4.sub(k, half), constant(BIAS)), 23);
  return f32x4.mul(f32x4.mul(p, scale), rest);
}

// @ts-ignore: decorator
@inline
export function log4(x: v128): v128 {
  // denormals are scaled up by 2^24 first
  const tiny = f32x4.lt(x, f32x4.splat(1.17549435e-38));
  const bits = v128.bitselect(f32x4.mul(x, f32x4.splat(16777216)), x, tiny);
  // x = 2^e · m with m in [√½, √2)
  let e = i32x4.sub(i32x4.shr_u(bits, 23), i32x4.splat(126));
  e = i32x4.sub(e, v128.and(tiny, i32x4.splat(24)));
  let m = v128.or(v128.and(bits, i32x4.splat(0x007fffff)), i32x4.splat(0x3f000000));
  const low = f32x4.lt(m, f32x4.splat(0.707106781186547524));
  e = i32x4.add(e, low); // a true lane is −1
  m = f32x4.sub(f32x4.add(m, v128.and(m, low)), constant(ONE));

  const square = f32x4.mul(m, m);
  let p = constant(LOG, 0);
  p = f32x4.add(f32x4.mul(p, m), constant(LOG, 4));
  p = f32x4.add(f32x4.mul(p, m), constant(LOG, 8));
  p = f32x4.add(f32x4.mul(p, m), constant(LOG, 12));
  p = f32x4.add(f32x4.mul(p, m), constant(LOG, 16));
  p = f32x4.add(f32x4.mul(p, m), constant(LOG, 20));
  p = f32x4.add(f32x4.mul(p, m), constant(LOG, 24));
  p = f32x4.add(f32x4.mul(p, m), constant(LOG, 28));
  p = f32x4.add(f32x4.mul(p, m), constant(LOG, 32));
  const n = f32x4.convert_i32x4_s(e);
  let y = f32x4.mul(f32x4.mul(p, m), square);
  y = f32x4.add(y, f32x4.mul(n, constant(LN2_LOW)));
  y = f32x4.sub(y, f32x4.mul(square, f32x4.splat(0.5)));
  y = f32x4.add(f32x4.add(m, y), f32x4.mul(n, constant(LN2_HIGH)));

  // log(0) = −∞, log(∞) = ∞, log of a negative number or NaN = NaN
  y = v128.bitselect(f32x4.splat(-Infinity), y, f32x4.eq(x, f32x4.splat(0)));
  y = v128.bitselect(x, y, f32x4.eq(x, f32x4.splat(Infinity)));
  return v128.bitselect(y, f32x4.splat(NaN), f32x4.ge(x, f32x4.splat(0)));
}

/** 1 / (1 + exp(−x)) = 2^n / (2^n + exp(−r)) with x = n ln 2 + r: accurate down to the denormals because 2^n is exact. */
// @ts-ignore: decorator
@inline
function sigmoid4(x: v128): v128 {
  const bounded = between(x, LOWEST, SIGMOID_HIGHEST);
  const shifted = linear(constant(ROUND_RAISED), bounded, constant(LOG2_E));
  const r = reduce(bounded, f32x4.sub(shifted, constant(ROUND_RAISED)));
  const scale = f32x4.mul(i32x4.shl(shifted, 23), constant(LOWER)); // 2^(n+65) · 2^−65
  const head = f32x4.add(scale, f32x4.sub(constant(ONE), r)); // independent of the tail, for a shorter dependency chain
  return f32x4.div(scale, f32x4.add(expTail(r, true), head));
}

/**
 * tanh(x) = m / (m + 4), m = 2 (exp(2x) − 1) = s g + s − 2 where 2x = n ln 2 + r, s = 2^(n+1) and g = exp(r) − 1. A reduction with
 * a single part of ln 2 is accurate enough: n ln 2 is exact for small n, and for larger n tanh is nearly constant.
 */
// @ts-ignore: decorator
@inline
function tanh4(x: v128): v128 {
  const bounded = between(x, TANH_LOWEST, TANH_HIGHEST);
  const twice = f32x4.add(bounded, bounded);
  const shifted = linear(constant(ROUND_TWICE), twice, constant(LOG2_E));
  const r = f32x4.sub(twice, f32x4.mul(f32x4.sub(shifted, constant(ROUND_TWICE)), constant(LN2)));
  const scale = i32x4.shl(shifted, 23); // 2^(n+1)
  const m = linear(f32x4.sub(scale, constant(TWO)), scale, f32x4.add(expTail(r, false), r));
  return f32x4.div(m, f32x4.add(m, constant(FOUR)));
}

/** out (n) = exp(x (n)); n a multiple of 4; out may be x. The next three functions have the same form. */
export function expArray(out: usize, x: usize, n: i32): void {
  for (let i: usize = 0, end = <usize>n << 2; i < end; i += 16) v128.store(out + i, exp4(v128.load(x + i)));
}

export function logArray(out: usize, x: usize, n: i32): void {
  for (let i: usize = 0, end = <usize>n << 2; i < end; i += 16) v128.store(out + i, log4(v128.load(x + i)));
}

// Two independent vectors at a time, as sigmoid and tanh are latency-bound.

export function sigmoidArray(out: usize, x: usize, n: i32): void {
  const end = x + (<usize>n << 2);
  for (; x + 32 <= end; x += 32, out += 32) {
    const y0 = sigmoid4(v128.load(x, 0)), y1 = sigmoid4(v128.load(x, 16));
    v128.store(out, y0, 0), v128.store(out, y1, 16);
  }
  if (x < end) v128.store(out, sigmoid4(v128.load(x)));
}

export function tanhArray(out: usize, x: usize, n: i32): void {
  const end = x + (<usize>n << 2);
  for (; x + 32 <= end; x += 32, out += 32) {
    const y0 = tanh4(v128.load(x, 0)), y1 = tanh4(v128.load(x, 16));
    v128.store(out, y0, 0), v128.store(out, y1, 16);
  }
  if (x < end) v128.store(out, tanh4(v128.load(x)));
}
