/**
 * exp, log, sigmoid and tanh on four lanes of f32, from + − × ÷ and integer operations alone.
 *
 * Every lane is computed by the same operations, so a value does not depend on its position.
 * Denormal numbers are honored, ±∞ give the limits, NaN gives NaN. Error bounds, held by a test at
 * every 61st float of the whole range: exp and log 2 ulp, sigmoid and tanh 4 ulp.
 *
 * Sources: the reduction and polynomials of exp and log are those of expf and logf in Cephes
 * (S. L. Moshier); sigmoid and tanh are written on exp(−|x|) and expm1(−2|x|), which cannot overflow.
 */

/**
 * Constants stand in memory: engines rebuild a constant vector by three instructions at each use, but broadcast one
 * from memory by one.
 */
const LOG2_E = memory.data<f32>([1.44269504088896341]);
const LN2_HIGH = memory.data<f32>([0.693359375]); // 10 bits: n · LN2_HIGH is exact
const LN2_LOW = memory.data<f32>([-2.12194440e-4]);
const ROUND = memory.data<f32>([12582912]); // 1.5 · 2^23: adding it rounds to an integer, held in the low bits
const EXP = memory.data<f32>([
  1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1,
]);
const LOG = memory.data<f32>([
  7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
  2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
]);
const ONE = memory.data<f32>([1]);
const TWO = memory.data<f32>([2]);
const LOWEST = memory.data<f32>([-105]); // exp is 0 from here down
const HIGHEST = memory.data<f32>([89]); // and ∞ from here up
const TANH_LOWEST = memory.data<f32>([-30]); // expm1 is −1 from here down
const BIAS = memory.data<i32>([127]);
const RAISED_BIAS = memory.data<i32>([127 + 64]);
const LOWER = memory.data<f32>([5.421010862427522e-20]); // 2^−64
const SIGN = memory.data<i32>([0x80000000]);

/** Four lanes of the constant at `address`, `offset` bytes on. */
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

/** exp(r) = 1 + r + r² · q(r) for |r| ≤ ln 2 / 2; this is q, in pairs of terms (Estrin), which wait less for each other. */
// @ts-ignore: decorator
@inline
function expTail(r: v128, square: v128): v128 {
  const high = f32x4.add(f32x4.mul(constant(EXP, 0), r), constant(EXP, 4));
  const middle = f32x4.add(f32x4.mul(constant(EXP, 8), r), constant(EXP, 12));
  const low = f32x4.add(f32x4.mul(constant(EXP, 16), r), constant(EXP, 20));
  return f32x4.add(f32x4.mul(f32x4.add(f32x4.mul(high, square), middle), square), low);
}

/** x − n · ln 2, in two exact-enough steps. */
// @ts-ignore: decorator
@inline
function reduce(x: v128, n: v128): v128 {
  const r = f32x4.sub(x, f32x4.mul(n, constant(LN2_HIGH)));
  return f32x4.sub(r, f32x4.mul(n, constant(LN2_LOW)));
}

// @ts-ignore: decorator
@inline
export function exp4(x: v128): v128 {
  // beyond these ends the result is ∞ or 0; a NaN stays, being the first argument
  const bounded = f32x4.pmin(f32x4.pmax(x, constant(LOWEST)), constant(HIGHEST));
  const shifted = f32x4.add(f32x4.mul(bounded, constant(LOG2_E)), constant(ROUND));
  const n = f32x4.sub(shifted, constant(ROUND));
  const r = reduce(bounded, n);
  const square = f32x4.mul(r, r);
  const p = f32x4.add(f32x4.add(f32x4.mul(expTail(r, square), square), r), constant(ONE));
  // · 2^n in two factors, each a normal number though n runs from −152 to 129
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

/** 1 / (1 + exp(−x)), as 1 / (1 + e) or e / (1 + e) with e = exp(−|x|). */
// @ts-ignore: decorator
@inline
export function sigmoid4(x: v128): v128 {
  const z = f32x4.pmax(v128.or(x, constant(SIGN)), constant(LOWEST)); // −|x|
  const shifted = f32x4.add(f32x4.mul(z, constant(LOG2_E)), constant(ROUND));
  const r = reduce(z, f32x4.sub(shifted, constant(ROUND)));
  const square = f32x4.mul(r, r);
  const p = f32x4.add(f32x4.add(f32x4.mul(expTail(r, square), square), r), constant(ONE));
  // · 2^(n+64), then · 2^−64: right down to the denormals
  const raised = f32x4.mul(p, i32x4.shl(i32x4.add(shifted, constant(RAISED_BIAS)), 23));
  const e = f32x4.mul(raised, constant(LOWER));
  const one = constant(ONE);
  const numerator = v128.bitselect(e, one, f32x4.lt(x, f32x4.splat(0)));
  return f32x4.div(numerator, f32x4.add(one, e));
}

/** tanh(x) = −m / (m + 2) with m = expm1(−2|x|), under the sign of x. */
// @ts-ignore: decorator
@inline
export function tanh4(x: v128): v128 {
  const minus = v128.or(x, constant(SIGN)); // −|x|
  const z = f32x4.pmax(f32x4.add(minus, minus), constant(TANH_LOWEST));
  const shifted = f32x4.add(f32x4.mul(z, constant(LOG2_E)), constant(ROUND));
  const r = reduce(z, f32x4.sub(shifted, constant(ROUND)));
  const square = f32x4.mul(r, r);
  const p = f32x4.add(f32x4.mul(expTail(r, square), square), r); // expm1(r)
  const scale = i32x4.shl(i32x4.add(shifted, constant(BIAS)), 23); // 2^n
  const m = f32x4.add(f32x4.mul(scale, p), f32x4.sub(scale, constant(ONE)));
  const t = f32x4.div(m, f32x4.add(m, constant(TWO)));
  const sign = constant(SIGN);
  return v128.bitselect(x, t, sign); // the sign bit of x, all others of t
}

/** out (n) = exp(x (n)); n a multiple of 4. The three below likewise. */
export function expArray(out: usize, x: usize, n: i32): void {
  for (let i: usize = 0, end = <usize>n << 2; i < end; i += 16) v128.store(out + i, exp4(v128.load(x + i)));
}

export function logArray(out: usize, x: usize, n: i32): void {
  for (let i: usize = 0, end = <usize>n << 2; i < end; i += 16) v128.store(out + i, log4(v128.load(x + i)));
}

export function sigmoidArray(out: usize, x: usize, n: i32): void {
  for (let i: usize = 0, end = <usize>n << 2; i < end; i += 16) v128.store(out + i, sigmoid4(v128.load(x + i)));
}

export function tanhArray(out: usize, x: usize, n: i32): void {
  for (let i: usize = 0, end = <usize>n << 2; i < end; i += 16) v128.store(out + i, tanh4(v128.load(x + i)));
}
