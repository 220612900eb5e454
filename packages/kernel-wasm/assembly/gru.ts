/**
 * A GRU layer over a sequence, forward and backward, for one shard of the batch in panels of 8 rows.
 *
 *   I inputs   H units   Hp = H up to a multiple of 4   T steps   P panels
 *   K = I + biases + H rows of inputs, where biases = 2 for reset-after, else 1
 *
 *   inputs  (T+1, P, I + biases + Hp, 8)  at step t: x[t], rows of ones, h[t−1]; h[t] goes to step t+1
 *   gates   (T, P, 4 Hp, 8)  r, z, n and a fourth: r⊙h (reset-before) or q (reset-after); the backward
 *                            pass leaves the gradients of their pre-activations in their place
 *   weights (K, 3 Hp)  columns r, z, n; rows x, bias, (second bias,) h; padded columns are zero
 *   packed  (3 Hp / 4, K, 4)
 *
 * reset-before  r = σ(u·W_r)  z = σ(u·W_z)  n = tanh([x 1 r⊙h]·W_n)        (Cho et al. 2014)
 * reset-after   r = σ(u·W_r)  z = σ(u·W_z)  n = tanh([x 1]·W_n + r⊙q)  q = [1 h]·W_n  (cuDNN, PyTorch, Keras)
 * memoryless    reset-before with h taken as zero on every step: r has no effect
 * all           h' = (1 − z) n + z h
 */
import { one4, sigmoid4, tanh4 } from "./elementary";
import { matmulGradient, matmulPanel } from "./matmul";

export const RESET_BEFORE = 0;
export const RESET_AFTER = 1;
export const MEMORYLESS = 2;

/** Steps whose weight gradients are summed together; a fixed number, so that the order of sums is too. */
const SEGMENT = 16;
/** Bytes of activations beyond which they are likely to have left the nearer caches. */
const FAR: usize = 1 << 20;

// @ts-ignore: decorator
@inline
export function padded(units: i32): i32 {
  return (units + 3) & ~3;
}

// @ts-ignore: decorator
@inline
export function biasRows(cell: i32): i32 {
  return cell == RESET_AFTER ? 2 : 1;
}

/** Steps [t0, t1): reads x and h of `inputs`, writes `gates` and the h of the following steps. */
export function gruForward(
  inputs: usize, gates: usize, packed: usize,
  I: i32, H: i32, P: i32, cell: i32, t0: i32, t1: i32,
): void {
  const Hp = padded(H);
  const ahead = I + biasRows(cell); // rows before h
  const state = <usize>Hp << 5; // bytes of one state, or one gate, of a panel
  const hAt = <usize>ahead << 5;
  const inputBytes = hAt + state;
  const gateBytes = state << 2;
  const blockBytes = <usize>(ahead + H) << 4;
  const packedN = packed + <usize>(Hp >> 1) * blockBytes; // blocks of r and z come first

  for (let t = t0; t < t1; t++) {
    for (let p = 0; p < P; p++) {
      const u = inputs + <usize>(t * P + p) * inputBytes;
      const r = gates + <usize>(t * P + p) * gateBytes;
      const z = r + state, n = z + state, extra = n + state;
      const h = u + hAt;
      const hNext = h + <usize>P * inputBytes;

      if (cell == MEMORYLESS) {
        matmulPanel(z, packed + <usize>(Hp >> 2) * blockBytes, blockBytes, u, ahead, u, 0, 2 * Hp, false);
      } else {
        matmulPanel(r, packed, blockBytes, u, ahead + H, u, 0, 2 * Hp, false);
        if (cell == RESET_BEFORE) {
          sigmoidTimes(extra, r, h, state);
          matmulPanel(n, packedN, blockBytes, u, ahead, extra, H, Hp, false);
        } else {
          matmulPanel(n, packedN, blockBytes, u, I + 1, u, 0, Hp, false);
          const past = <usize>(I + 1); // q starts at the second bias
          matmulPanel(extra, packedN + (past << 4), blockBytes, u + (past << 5), 1 + H, u, 0, Hp, false);
          addSigmoidTimes(n, r, extra, state);
        }
      }
      nextState(hNext, z, n, cell == MEMORYLESS ? 0 : h, state);
    }
  }
}

// The three below take four vectors, the 8 rows of two units, at once: their chains of operations do not wait for each other.

/** r = σ(r), out = r ⊙ h, over `bytes` bytes. */
function sigmoidTimes(out: usize, r: usize, h: usize, bytes: usize): void {
  for (const end = r + bytes; r < end; r += 64, h += 64, out += 64) {
    const r0 = sigmoid4(v128.load(r, 0)), r1 = sigmoid4(v128.load(r, 16));
    const r2 = sigmoid4(v128.load(r, 32)), r3 = sigmoid4(v128.load(r, 48));
    store4(r, r0, r1, r2, r3);
    const h0 = f32x4.mul(r0, v128.load(h, 0)), h1 = f32x4.mul(r1, v128.load(h, 16));
    const h2 = f32x4.mul(r2, v128.load(h, 32)), h3 = f32x4.mul(r3, v128.load(h, 48));
    store4(out, h0, h1, h2, h3);
  }
}

/** r = σ(r), n += r ⊙ q. */
function addSigmoidTimes(n: usize, r: usize, q: usize, bytes: usize): void {
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

/** z = σ(z), n = tanh(n), hNext = (1 − z) n + z h; without h (0) the second term is left out. */
function nextState(hNext: usize, z: usize, n: usize, h: usize, bytes: usize): void {
  for (const end = z + bytes; z < end; z += 64, n += 64, hNext += 64) {
    const z0 = sigmoid4(v128.load(z, 0)), z1 = sigmoid4(v128.load(z, 16));
    const z2 = sigmoid4(v128.load(z, 32)), z3 = sigmoid4(v128.load(z, 48));
    store4(z, z0, z1, z2, z3);
    const n0 = tanh4(v128.load(n, 0)), n1 = tanh4(v128.load(n, 16));
    const n2 = tanh4(v128.load(n, 32)), n3 = tanh4(v128.load(n, 48));
    store4(n, n0, n1, n2, n3);
    const one = one4();
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

// @ts-ignore: decorator
@inline
function store4(to: usize, v0: v128, v1: v128, v2: v128, v3: v128): void {
  v128.store(to, v0, 0), v128.store(to, v1, 16), v128.store(to, v2, 32), v128.store(to, v3, 48);
}

/**
 * Steps t1 − 1, …, t0 backward: adds into `gradient` (K, 3 Hp) and `headGradient` (1 + H, Op), and carries dh (P, Hp, 8), which comes in
 * as the gradient by h[t1−1] from later steps and leaves as the gradient by h[t0−1].
 *
 * dy (T, P, Op, 8) is the gradient by the head's outputs and headTransposed (Hp/4, O, 4) takes it
 * to h; without a head O is 0 and dy (T, P, Hp, 8) is the gradient by h itself.
 * transposed (Hp/4, 3 H, 4): columns r, z, n of the h rows.
 * scratch holds one state (Hp, 8), or the packed sides of a segment's weight gradient (see matmulGradient).
 *
 * Weight gradients are summed over segments of 16 steps, the last segment first, each segment's steps
 * and panels in ascending order. t0 is a multiple of 16, and t1 too unless it is T.
 */
export function gruBackward(
  gradient: usize, headGradient: usize, dh: usize, gates: usize, scratch: usize,
  inputs: usize, dy: usize, transposed: usize, headTransposed: usize,
  I: i32, H: i32, O: i32, P: i32, cell: i32, t0: i32, t1: i32,
): void {
  const Hp = padded(H);
  const state = <usize>Hp << 5;
  const hAt = <usize>(I + biasRows(cell)) << 5;
  const inputBytes = hAt + state;
  const gateBytes = state << 2;
  const dyBytes = O > 0 ? <usize>padded(O) << 5 : state;
  const blockBytes = <usize>(3 * H) << 4;
  const transposedN = transposed + (<usize>(2 * H) << 4);
  const one = one4();
  const far = <usize>(t1 * P) * (inputBytes + gateBytes) > FAR;

  for (let t = t1 - 1; t >= t0; t--) {
    if (far && (t == t1 - 1 || ((t + 1) & (SEGMENT - 1)) == 0)) {
      const first = <usize>((t & ~(SEGMENT - 1)) * P), count = <usize>((t & (SEGMENT - 1)) + 1) * P;
      fetch(scratch, inputs + first * inputBytes, count * inputBytes);
      fetch(scratch, gates + first * gateBytes, count * gateBytes);
    }
    for (let p = 0; p < P; p++) {
      const at = <usize>(t * P + p);
      const h = inputs + at * inputBytes + hAt;
      const r = gates + at * gateBytes;
      const z = r + state, n = z + state, extra = n + state;
      const d = dh + <usize>p * state;

      if (O > 0) {
        matmulPanel(d, headTransposed, <usize>O << 4, dy + at * dyBytes, O, dy, 0, Hp, true);
      } else {
        for (let i: usize = 0; i < state; i += 16) {
          v128.store(d + i, f32x4.add(v128.load(d + i), v128.load(dy + at * dyBytes + i)));
        }
      }

      for (let i: usize = 0; i < state; i += 16) {
        const di = v128.load(d + i), zi = v128.load(z + i), ni = v128.load(n + i);
        const hi = cell == MEMORYLESS ? f32x4.splat(0) : v128.load(h + i);
        const keep = f32x4.sub(one, zi);
        // forward: h' = (1 − z) n + z h, n = tanh(·), z = σ(·)
        v128.store(n + i, f32x4.mul(f32x4.mul(di, keep), f32x4.sub(one, f32x4.mul(ni, ni))));
        v128.store(z + i, f32x4.mul(f32x4.mul(f32x4.mul(di, f32x4.sub(hi, ni)), zi), keep));
        v128.store(d + i, f32x4.mul(di, zi));
      }

      if (cell == MEMORYLESS) {
        for (let i: usize = 0; i < state; i += 16) v128.store(d + i, f32x4.splat(0)); // no step is reached from a later one
      } else if (cell == RESET_BEFORE) {
        // forward: n = tanh(… + (r ⊙ h)·W_n), r = σ(·)
        matmulPanel(scratch, transposedN, blockBytes, n, H, n, 0, Hp, false);
        for (let i: usize = 0; i < state; i += 16) {
          const drh = v128.load(scratch + i), ri = v128.load(r + i);
          const slope = f32x4.mul(ri, f32x4.sub(one, ri));
          v128.store(r + i, f32x4.mul(f32x4.mul(drh, v128.load(h + i)), slope));
          v128.store(d + i, f32x4.add(v128.load(d + i), f32x4.mul(drh, ri)));
        }
        matmulPanel(d, transposed, blockBytes, r, H, z, H, Hp, true);
      } else {
        // forward: n = tanh(… + r ⊙ q), q = [1 h]·W_n, r = σ(·)
        for (let i: usize = 0; i < state; i += 16) {
          const dn = v128.load(n + i), ri = v128.load(r + i);
          const slope = f32x4.mul(ri, f32x4.sub(one, ri));
          v128.store(r + i, f32x4.mul(f32x4.mul(dn, v128.load(extra + i)), slope));
          v128.store(extra + i, f32x4.mul(dn, ri));
        }
        matmulPanel(d, transposed, blockBytes, r, H, z, H, Hp, true);
        matmulPanel(d, transposedN, blockBytes, extra, H, extra, 0, Hp, true);
      }
    }
    if ((t & (SEGMENT - 1)) == 0) {
      const end = t + SEGMENT < t1 ? t + SEGMENT : t1;
      weightGradient(gradient, scratch, gates, inputs, I, H, P, cell, t, end);
      if (O > 0) {
        const count = (end - t) * P;
        const first = <usize>(t * P);
        const states = inputs + (first + P) * inputBytes + hAt - 32; // a row of ones stands before h
        const rowBytes = <usize>padded(O) << 2;
        const dyFirst = dy + first * dyBytes;
        matmulGradient(headGradient, rowBytes, scratch, states, inputBytes, dyFirst, dyBytes, 1 + H, padded(O), count);
      }
    }
  }
}

/** Reads a block from front to back, so that it is near when it is needed from back to front: processors foresee the former alone. */
function fetch(scratch: usize, block: usize, bytes: usize): void {
  let v = f32x4.splat(0);
  for (const end = block + bytes; block < end; block += 64) v = v128.or(v, v128.load(block));
  v128.store(scratch, v); // else the loads could be left out
}

/** gradient (K, 3 Hp) += the products of inputs and pre-activation gradients, steps [t, end). */
function weightGradient(
  gradient: usize, scratch: usize, gates: usize, inputs: usize,
  I: i32, H: i32, P: i32, cell: i32, t: i32, end: i32,
): void {
  const Hp = padded(H);
  const ahead = I + biasRows(cell);
  const state = <usize>Hp << 5;
  const inputBytes = (<usize>ahead << 5) + state;
  const gateBytes = state << 2;
  const rowBytes = <usize>(3 * Hp) << 2;
  const count = (end - t) * P;
  const u = inputs + <usize>(t * P) * inputBytes;
  const r = gates + <usize>(t * P) * gateBytes;
  const n = r + (state << 1), extra = n + state;
  const gradientN = gradient + (<usize>Hp << 3);

  if (cell == MEMORYLESS) {
    const z = r + state;
    matmulGradient(gradient + (<usize>Hp << 2), rowBytes, scratch, u, inputBytes, z, gateBytes, ahead, 2 * Hp, count);
    return;
  }
  matmulGradient(gradient, rowBytes, scratch, u, inputBytes, r, gateBytes, ahead + H, 2 * Hp, count);
  if (cell == RESET_BEFORE) {
    matmulGradient(gradientN, rowBytes, scratch, u, inputBytes, n, gateBytes, ahead, Hp, count);
    matmulGradient(gradientN + <usize>ahead * rowBytes, rowBytes, scratch, extra, gateBytes, n, gateBytes, H, Hp, count);
  } else {
    const past = <usize>(I + 1);
    matmulGradient(gradientN, rowBytes, scratch, u, inputBytes, n, gateBytes, I + 1, Hp, count);
    const gradientQ = gradientN + past * rowBytes;
    matmulGradient(gradientQ, rowBytes, scratch, u + (past << 5), inputBytes, extra, gateBytes, 1 + H, Hp, count);
  }
}
