/**
 * The elementwise parts of a GRU step over one panel (`bytes` = 32 Hp), forward and backward.
 *
 * Gates are sigmoid, or hard sigmoid: x/6 + 0.5 (Keras 3) or 0.2 x + 0.5 (Keras 2), held within 0 and 1. The candidate is
 * tanh, relu or linear. The usual pair has loops of its own, which take four vectors, the 8 rows of two units, at once:
 * their chains of operations do not wait for each other.
 */
import { one4, sigmoid4, tanh4 } from "./elementary";

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

// @ts-ignore: decorator
@inline
export function gate4(x: v128, gate: i32): v128 {
  if (gate == SIGMOID) return sigmoid4(x);
  const line = f32x4.add(f32x4.mul(f32x4.splat(slopeOf(gate)), x), f32x4.splat(0.5));
  return f32x4.pmin(f32x4.pmax(line, f32x4.splat(0)), one4());
}

/** The derivative of a gate of value v. */
// @ts-ignore: decorator
@inline
function gateSlope4(v: v128, gate: i32): v128 {
  if (gate == SIGMOID) return f32x4.mul(v, f32x4.sub(one4(), v));
  const inside = v128.and(f32x4.gt(v, f32x4.splat(0)), f32x4.lt(v, one4()));
  return v128.and(inside, f32x4.splat(slopeOf(gate)));
}

// @ts-ignore: decorator
@inline
export function candidate4(x: v128, candidate: i32): v128 {
  if (candidate == TANH) return tanh4(x);
  return candidate == RELU ? f32x4.pmax(x, f32x4.splat(0)) : x;
}

/** The derivative of a candidate of value v. */
// @ts-ignore: decorator
@inline
function candidateSlope4(v: v128, candidate: i32): v128 {
  if (candidate == TANH) return f32x4.sub(one4(), f32x4.mul(v, v));
  return candidate == RELU ? v128.and(f32x4.gt(v, f32x4.splat(0)), one4()) : one4();
}

/** r = gate(r), out = r ⊙ h. */
export function resetBefore(out: usize, r: usize, h: usize, bytes: usize, gate: i32): void {
  if (gate != SIGMOID) {
    for (let i: usize = 0; i < bytes; i += 16) {
      const ri = gate4(v128.load(r + i), gate);
      v128.store(r + i, ri);
      v128.store(out + i, f32x4.mul(ri, v128.load(h + i)));
    }
    return;
  }
  for (const end = r + bytes; r < end; r += 64, h += 64, out += 64) {
    const r0 = sigmoid4(v128.load(r, 0)), r1 = sigmoid4(v128.load(r, 16));
    const r2 = sigmoid4(v128.load(r, 32)), r3 = sigmoid4(v128.load(r, 48));
    store4(r, r0, r1, r2, r3);
    const h0 = f32x4.mul(r0, v128.load(h, 0)), h1 = f32x4.mul(r1, v128.load(h, 16));
    const h2 = f32x4.mul(r2, v128.load(h, 32)), h3 = f32x4.mul(r3, v128.load(h, 48));
    store4(out, h0, h1, h2, h3);
  }
}

/** Adds into dh and turns r into the gradient of its pre-activation; drh is the gradient by r ⊙ h. */
export function resetBeforeBackward(dh: usize, r: usize, drh: usize, h: usize, bytes: usize, gate: i32): void {
  for (let i: usize = 0; i < bytes; i += 16) {
    const drhi = v128.load(drh + i), ri = v128.load(r + i);
    // forward: n = tanh(… + (r ⊙ h)·W_n), r = σ(·)
    v128.store(r + i, f32x4.mul(f32x4.mul(drhi, v128.load(h + i)), gateSlope4(ri, gate)));
    v128.store(dh + i, f32x4.add(v128.load(dh + i), f32x4.mul(drhi, ri)));
  }
}

/** r = gate(r), n += r ⊙ q. */
export function resetAfter(n: usize, r: usize, q: usize, bytes: usize, gate: i32): void {
  if (gate != SIGMOID) {
    for (let i: usize = 0; i < bytes; i += 16) {
      const ri = gate4(v128.load(r + i), gate);
      v128.store(r + i, ri);
      v128.store(n + i, f32x4.add(v128.load(n + i), f32x4.mul(ri, v128.load(q + i))));
    }
    return;
  }
  for (const end = r + bytes; r < end; r += 64, q += 64, n += 64) {
    const r0 = sigmoid4(v128.load(r, 0)), r1 = sigmoid4(v128.load(r, 16));
    const r2 = sigmoid4(v128.load(r, 32)), r3 = sigmoid4(v128.load(r, 48));
    store4(r, r0, r1, r2, r3);
    const n0 = f32x4.add(v128.load(n, 0), f32x4.mul(r0, v128.load(q, 0)));
    const n1 = f32x4.add(v128.load(n, 16), f32x4.mul(r1, v128.load(q, 16)));
    const n2 = f32x4.add(v128.load(n, 32), f32x4.mul(r2, v128.load(q, 32)));
    const n3 = f32x4.add(v128.load(n, 48), f32x4.mul(r3, v128.load(q, 48)));
    store4(n, n0, n1, n2, n3);
  }
}

/** Turns r and q into the gradients of r's pre-activation and of q; dn is that of n's pre-activation. */
export function resetAfterBackward(r: usize, q: usize, dn: usize, bytes: usize, gate: i32): void {
  for (let i: usize = 0; i < bytes; i += 16) {
    const dni = v128.load(dn + i), ri = v128.load(r + i);
    // forward: n = tanh(… + r ⊙ q), q = [1 h]·W_n, r = σ(·)
    v128.store(r + i, f32x4.mul(f32x4.mul(dni, v128.load(q + i)), gateSlope4(ri, gate)));
    v128.store(q + i, f32x4.mul(dni, ri));
  }
}

/** z = gate(z), n = candidate(n), hNext = (1 − z) n + z h; without h (0) the second term is left out. */
export function blend(hNext: usize, z: usize, n: usize, h: usize, bytes: usize, gate: i32, candidate: i32): void {
  const one = one4();
  if (gate != SIGMOID || candidate != TANH) {
    for (let i: usize = 0; i < bytes; i += 16) {
      const zi = gate4(v128.load(z + i), gate), ni = candidate4(v128.load(n + i), candidate);
      v128.store(z + i, zi), v128.store(n + i, ni);
      const fresh = f32x4.mul(f32x4.sub(one, zi), ni);
      v128.store(hNext + i, h != 0 ? f32x4.add(fresh, f32x4.mul(zi, v128.load(h + i))) : fresh);
    }
    return;
  }
  for (const end = z + bytes; z < end; z += 64, n += 64, hNext += 64) {
    const z0 = sigmoid4(v128.load(z, 0)), z1 = sigmoid4(v128.load(z, 16));
    const z2 = sigmoid4(v128.load(z, 32)), z3 = sigmoid4(v128.load(z, 48));
    store4(z, z0, z1, z2, z3);
    const n0 = tanh4(v128.load(n, 0)), n1 = tanh4(v128.load(n, 16));
    const n2 = tanh4(v128.load(n, 32)), n3 = tanh4(v128.load(n, 48));
    store4(n, n0, n1, n2, n3);
    let h0 = f32x4.mul(f32x4.sub(one, z0), n0), h1 = f32x4.mul(f32x4.sub(one, z1), n1);
    let h2 = f32x4.mul(f32x4.sub(one, z2), n2), h3 = f32x4.mul(f32x4.sub(one, z3), n3);
    if (h != 0) {
      h0 = f32x4.add(h0, f32x4.mul(z0, v128.load(h, 0))), h1 = f32x4.add(h1, f32x4.mul(z1, v128.load(h, 16)));
      h2 = f32x4.add(h2, f32x4.mul(z2, v128.load(h, 32))), h3 = f32x4.add(h3, f32x4.mul(z3, v128.load(h, 48)));
      h += 64;
    }
    store4(hNext, h0, h1, h2, h3);
  }
}

/**
 * Turns z and n into the gradients of their pre-activations, and d, the gradient by h', into that by h along z h. More of the
 * gradient by h' is added from dy first; 0 for none.
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

// @ts-ignore: decorator
@inline
function store4(to: usize, v0: v128, v1: v128, v2: v128, v3: v128): void {
  v128.store(to, v0, 0), v128.store(to, v1, 16), v128.store(to, v2, 32), v128.store(to, v3, 48);
}
