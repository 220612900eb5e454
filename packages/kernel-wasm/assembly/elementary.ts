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

const LOG2_E: f32 = 1.44269504088896341;
const LN2_HIGH: f32 = 0.693359375; // 10 bits: n · LN2_HIGH is exact
const LN2_LOW: f32 = -2.12194440e-4;
const ROUND: f32 = 12582912; // 1.5 · 2^23: adding it rounds to an integer, held in the low bits

/** exp(r) = 1 + r + r² · q(r) for |r| ≤ ln 2 / 2; this is q. */
// @ts-ignore: decorator
@inline
function expTail(r: v128): v128 {
  let q = f32x4.splat(1.9875691500e-4);
  q = f32x4.add(f32x4.mul(q, r), f32x4.splat(1.3981999507e-3));
  q = f32x4.add(f32x4.mul(q, r), f32x4.splat(8.3334519073e-3));
  q = f32x4.add(f32x4.mul(q, r), f32x4.splat(4.1665795894e-2));
  q = f32x4.add(f32x4.mul(q, r), f32x4.splat(1.6666665459e-1));
  return f32x4.add(f32x4.mul(q, r), f32x4.splat(5.0000001201e-1));
}

/** x − n · ln 2, in two exact-enough steps. */
// @ts-ignore: decorator
@inline
function reduce(x: v128, n: v128): v128 {
  const r = f32x4.sub(x, f32x4.mul(n, f32x4.splat(LN2_HIGH)));
  return f32x4.sub(r, f32x4.mul(n, f32x4.splat(LN2_LOW)));
}

// @ts-ignore: decorator
@inline
export function exp4(x: v128): v128 {
  // beyond these ends the result is ∞ or 0; a NaN stays, being the first argument
  const bounded = f32x4.pmin(f32x4.pmax(x, f32x4.splat(-105)), f32x4.splat(89));
  const shifted = f32x4.add(f32x4.mul(bounded, f32x4.splat(LOG2_E)), f32x4.splat(ROUND));
  const n = f32x4.sub(shifted, f32x4.splat(ROUND));
  const r = reduce(bounded, n);
  const p = f32x4.add(f32x4.add(f32x4.mul(expTail(r), f32x4.mul(r, r)), r), f32x4.splat(1));
  // · 2^n in two factors, each a normal number though n runs from −152 to 129
  const k = i32x4.sub(shifted, i32x4.splat(0x4b400000));
  const half = i32x4.shr_s(k, 1);
  const scale = i32x4.shl(i32x4.add(half, i32x4.splat(127)), 23);
  const rest = i32x4.shl(i32x4.add(i32x4.sub(k, half), i32x4.splat(127)), 23);
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
  m = f32x4.sub(f32x4.add(m, v128.and(m, low)), f32x4.splat(1));

  const square = f32x4.mul(m, m);
  let p = f32x4.splat(7.0376836292e-2);
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(-1.1514610310e-1));
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(1.1676998740e-1));
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(-1.2420140846e-1));
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(1.4249322787e-1));
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(-1.6668057665e-1));
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(2.0000714765e-1));
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(-2.4999993993e-1));
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(3.3333331174e-1));
  const n = f32x4.convert_i32x4_s(e);
  let y = f32x4.mul(f32x4.mul(p, m), square);
  y = f32x4.add(y, f32x4.mul(n, f32x4.splat(LN2_LOW)));
  y = f32x4.sub(y, f32x4.mul(square, f32x4.splat(0.5)));
  y = f32x4.add(f32x4.add(m, y), f32x4.mul(n, f32x4.splat(LN2_HIGH)));

  // log(0) = −∞, log(∞) = ∞, log of a negative number or NaN = NaN
  y = v128.bitselect(f32x4.splat(-Infinity), y, f32x4.eq(x, f32x4.splat(0)));
  y = v128.bitselect(x, y, f32x4.eq(x, f32x4.splat(Infinity)));
  return v128.bitselect(y, f32x4.splat(NaN), f32x4.ge(x, f32x4.splat(0)));
}

/** 1 / (1 + exp(−x)), as 1 / (1 + e) or e / (1 + e) with e = exp(−|x|). */
// @ts-ignore: decorator
@inline
export function sigmoid4(x: v128): v128 {
  const z = f32x4.pmax(f32x4.neg(f32x4.abs(x)), f32x4.splat(-105));
  const shifted = f32x4.add(f32x4.mul(z, f32x4.splat(LOG2_E)), f32x4.splat(ROUND));
  const r = reduce(z, f32x4.sub(shifted, f32x4.splat(ROUND)));
  const p = f32x4.add(f32x4.add(f32x4.mul(expTail(r), f32x4.mul(r, r)), r), f32x4.splat(1));
  // · 2^(n+64), then · 2^−64: right down to the denormals
  const raised = f32x4.mul(p, i32x4.shl(i32x4.add(shifted, i32x4.splat(127 + 64)), 23));
  const e = f32x4.mul(raised, f32x4.splat(5.421010862427522e-20));
  const one = f32x4.splat(1);
  const numerator = v128.bitselect(e, one, f32x4.lt(x, f32x4.splat(0)));
  return f32x4.div(numerator, f32x4.add(one, e));
}

/** tanh(x) = −m / (m + 2) with m = expm1(−2|x|), under the sign of x. */
// @ts-ignore: decorator
@inline
export function tanh4(x: v128): v128 {
  const z = f32x4.pmax(f32x4.mul(f32x4.abs(x), f32x4.splat(-2)), f32x4.splat(-30));
  const shifted = f32x4.add(f32x4.mul(z, f32x4.splat(LOG2_E)), f32x4.splat(ROUND));
  const r = reduce(z, f32x4.sub(shifted, f32x4.splat(ROUND)));
  const p = f32x4.add(f32x4.mul(expTail(r), f32x4.mul(r, r)), r); // expm1(r)
  const scale = i32x4.shl(i32x4.add(shifted, i32x4.splat(127)), 23); // 2^n
  const m = f32x4.add(f32x4.mul(scale, p), f32x4.sub(scale, f32x4.splat(1)));
  const t = f32x4.div(m, f32x4.add(m, f32x4.splat(2)));
  const sign = i32x4.splat(0x80000000);
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
