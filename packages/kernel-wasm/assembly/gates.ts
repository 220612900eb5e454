/**
 * The elementwise operations of a GRU step on one panel (`bytes` = 32 Hp), forward and backward, each as a separate loop.
 *
 * Gates are sigmoid, or hard sigmoid: x/6 + 0.5 (Keras 3) or 0.2 x + 0.5 (Keras 2), clamped to [0, 1]. The candidate is
 * tanh, relu or linear. A stream's step uses the same functions on one row.
 */
import { one4, sigmoidArray, tanhArray } from "./elementary";

export const SIGMOID = 0;
export const HARD_SIGMOID = 1;
export const HARD_SIGMOID_FIFTH = 2;

export const TANH = 0;
export const RELU = 1;
export const LINEAR = 2;

// @ts-ignore: decorator
@inline
function slopeOf(gate: i32): f32 {
  return gate == HARD_SIGMOID ? <f32>1 / <f32>6 : <f32>0.2;
}

/** x (n) = gate(x); n a multiple of 4. */
export function activateGates(x: usize, n: i32, gate: i32): void {
  if (gate == SIGMOID) {
    sigmoidArray(x, x, n);
    return;
  }
  const slope = f32x4.splat(slopeOf(gate));
  for (const end = x + (<usize>n << 2); x < end; x += 16) {
    const line = f32x4.add(f32x4.mul(slope, v128.load(x)), f32x4.splat(0.5));
    v128.store(x, f32x4.pmin(f32x4.pmax(line, f32x4.splat(0)), one4()));
  }
}

/** x (n) = candidate(x); n a multiple of 4. */
export function activateCandidate(x: usize, n: i32, candidate: i32): void {
  if (candidate == TANH) tanhArray(x, x, n);
  if (candidate != RELU) return;
  for (const end = x + (<usize>n << 2); x < end; x += 16) v128.store(x, f32x4.pmax(v128.load(x), f32x4.splat(0)));
}

/** The derivative of the gate's activation, from its value v. */
// @ts-ignore: decorator
@inline
function gateSlope4(v: v128, gate: i32): v128 {
  if (gate == SIGMOID) return f32x4.mul(v, f32x4.sub(one4(), v));
  const inside = v128.and(f32x4.gt(v, f32x4.splat(0)), f32x4.lt(v, one4()));
  return v128.and(inside, f32x4.splat(slopeOf(gate)));
}

/** The derivative of the candidate's activation, from its value v. */
// @ts-ignore: decorator
@inline
function candidateSlope4(v: v128, candidate: i32): v128 {
  if (candidate == TANH) return f32x4.sub(one4(), f32x4.mul(v, v));
  return candidate == RELU ? v128.and(f32x4.gt(v, f32x4.splat(0)), one4()) : one4();
}

/** out = r ⊙ h. */
export function resetBefore(out: usize, r: usize, h: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) v128.store(out + i, f32x4.mul(v128.load(r + i), v128.load(h + i)));
}

/** Adds into dh, and replaces r by the gradient of its pre-activation; drh is the gradient with respect to r ⊙ h. */
export function resetBeforeBackward(dh: usize, r: usize, drh: usize, h: usize, bytes: usize, gate: i32): void {
  for (let i: usize = 0; i < bytes; i += 16) {
    const drhi = v128.load(drh + i), ri = v128.load(r + i);
    // forward: n = tanh(… + (r ⊙ h)·W_n), r = σ(·)
    v128.store(r + i, f32x4.mul(f32x4.mul(drhi, v128.load(h + i)), gateSlope4(ri, gate)));
    v128.store(dh + i, f32x4.add(v128.load(dh + i), f32x4.mul(drhi, ri)));
  }
}

/** n += r ⊙ q. */
export function resetAfter(n: usize, r: usize, q: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) {
    v128.store(n + i, f32x4.add(v128.load(n + i), f32x4.mul(v128.load(r + i), v128.load(q + i))));
  }
}

/** Replaces r and q by the gradients of r's pre-activation and of q; dn is the gradient of n's pre-activation. */
export function resetAfterBackward(r: usize, q: usize, dn: usize, bytes: usize, gate: i32): void {
  for (let i: usize = 0; i < bytes; i += 16) {
    const dni = v128.load(dn + i), ri = v128.load(r + i);
    // forward: n = tanh(… + r ⊙ q), q = [1 h]·W_n, r = σ(·)
    v128.store(r + i, f32x4.mul(f32x4.mul(dni, v128.load(q + i)), gateSlope4(ri, gate)));
    v128.store(q + i, f32x4.mul(dni, ri));
  }
}

/** hNext = (1 − z) n + z h, or (1 − z) n if h is 0. hNext may be h. */
export function blend(hNext: usize, z: usize, n: usize, h: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) {
    const zi = v128.load(z + i);
    const fresh = f32x4.mul(f32x4.sub(one4(), zi), v128.load(n + i));
    v128.store(hNext + i, h != 0 ? f32x4.add(fresh, f32x4.mul(zi, v128.load(h + i))) : fresh);
  }
}

/**
 * Replaces z and n by the gradients of their pre-activations, and d, the gradient with respect to h', by the gradient with respect to h
 * through z h. First adds dy to d; 0 for none.
 */
export function blendBackward(d: usize, dy: usize, z: usize, n: usize, h: usize, bytes: usize, gate: i32, candidate: i32): void {
  const one = one4();
  for (let i: usize = 0; i < bytes; i += 16) {
    const own = v128.load(d + i), zi = v128.load(z + i), ni = v128.load(n + i);
    const di = dy != 0 ? f32x4.add(own, v128.load(dy + i)) : own;
    const hi = h != 0 ? v128.load(h + i) : f32x4.splat(0);
    // forward: h' = (1 − z) n + z h, n = tanh(·), z = σ(·)
    v128.store(n + i, f32x4.mul(f32x4.mul(di, f32x4.sub(one, zi)), candidateSlope4(ni, candidate)));
    v128.store(z + i, f32x4.mul(f32x4.mul(di, f32x4.sub(hi, ni)), gateSlope4(zi, gate)));
    v128.store(d + i, f32x4.mul(di, zi));
  }
}
