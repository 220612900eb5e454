/**
 * A GRU layer over a sequence, forward and backward, for one shard of the batch in panels of 8 rows.
 *
 *   I inputs   H units   Hp = H rounded up to a multiple of 4   T steps   P panels
 *   K = I + biases + H rows of inputs, where biases = 2 for reset-after, else 1
 *
 *   inputs  (T+1, P, I + biases + Hp, 8)  step t holds x[t], rows of ones, h[t−1]; h[t] is written to step t+1
 *   gates   (T, P, 4 Hp, 8)  r, z, n and r⊙h (reset-before) or q (reset-after); the backward pass overwrites them with
 *                            the gradients of their pre-activations
 *   weights (K, 3 Hp)  columns r, z, n; rows x, bias, (second bias,) h; padded columns are zero
 *   packed  (3 Hp / 4, K, 4)
 *
 * reset-before  r = σ(u·W_r)  z = σ(u·W_z)  n = tanh([x 1 r⊙h]·W_n)        (Cho et al. 2014)
 * reset-after   r = σ(u·W_r)  z = σ(u·W_z)  n = tanh([x 1]·W_n + r⊙q)  q = [1 h]·W_n  (cuDNN, PyTorch, Keras)
 * memoryless    reset-before with h = 0 on every step: r has no effect
 * all           h' = (1 − z) n + z h
 *
 * For masked steps, resets and recurrent dropout, states have a buffer separate from the inputs (else `states` is 0):
 *
 *   states  (T+1, P, 1 + Hp, 8)  a row of ones, then h[t−1] as the previous step left it
 *   masks   (T, P, 4, 4)  for each of the 8 rows: whether the step is computed (else the state is kept), then whether the state
 *                         before it is kept (else reset to zero); `masks` is 0 if no step is masked or reset
 *   factors (P, Hp, 8)  what h is multiplied by before the matrix products, the same on every step; 0 for ones
 */
import {
  activateCandidate, activateGates, blend, blendBackward, resetAfter, resetAfterBackward, resetBefore, resetBeforeBackward,
} from "./gates";
import { copyMasked, keepMasked, scaleState, scaleStateBackward } from "./masked-steps";
import { matmulGradient, matmulPanel } from "./matmul";

export const RESET_BEFORE = 0;
export const RESET_AFTER = 1;
export const MEMORYLESS = 2;

/** Steps over which a weight gradient is summed before it is added to the total; constant, so that the order of summation is too. */
const SEGMENT = 16;
/** Bytes of activations above which they are unlikely to be in the L1 or L2 cache. */
const CACHED: usize = 1 << 20;

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

/**
 * Steps [t0, t1): reads x and h of `inputs` (or h of `states`), writes `gates` and the h of the following steps.
 * scratch (Hp, 8) is used with separate `states`.
 */
export function gruForward(
  inputs: usize, gates: usize, states: usize, masks: usize, factors: usize, scratch: usize, packed: usize,
  I: i32, H: i32, P: i32, cell: i32, gate: i32, candidate: i32, t0: i32, t1: i32,
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
      const at = <usize>(t * P + p);
      const u = inputs + at * inputBytes;
      const r = gates + at * gateBytes;
      const z = r + state, n = z + state, extra = n + state;
      const h = u + hAt;
      let kept = h; // the state that the update gate keeps
      let hNext = h + <usize>P * inputBytes;
      const before = states + at * (state + 32) + 32;
      if (states != 0) {
        kept = scratch;
        hNext = before + <usize>P * (state + 32);
        copyMasked(kept, before, masks == 0 ? 0 : masks + (at << 6) + 32, state);
        scaleState(h, kept, factors == 0 ? 0 : factors + <usize>p * state, state);
      }

      if (cell == MEMORYLESS) {
        matmulPanel(z, packed + <usize>(Hp >> 2) * blockBytes, blockBytes, u, ahead, u, 0, 2 * Hp, false);
        activateGates(z, Hp << 3, gate);
        kept = 0;
      } else {
        matmulPanel(r, packed, blockBytes, u, ahead + H, u, 0, 2 * Hp, false);
        activateGates(r, Hp << 4, gate);
        if (cell == RESET_BEFORE) {
          resetBefore(extra, r, h, state);
          matmulPanel(n, packedN, blockBytes, u, ahead, extra, H, Hp, false);
        } else {
          matmulPanel(n, packedN, blockBytes, u, I + 1, u, 0, Hp, false);
          const past = <usize>(I + 1); // q starts at the second bias
          matmulPanel(extra, packedN + (past << 4), blockBytes, u + (past << 5), 1 + H, u, 0, Hp, false);
          resetAfter(n, r, extra, state);
        }
      }
      activateCandidate(n, Hp << 3, candidate);
      blend(hNext, z, n, kept, state);
      if (masks != 0) keepMasked(hNext, before, masks + (at << 6), state);
    }
  }
}

/**
 * Back-propagates through steps t1 − 1, …, t0 of T: adds into `gradient` (K, 3 Hp) and updates dh (P, Hp, 8) from the gradient with respect
 * to h[t1−1] to that with respect to h[t0−1]. The steps may be split into any number of calls, from the last to the first.
 *
 * dy (T, P, Hp, 8) is the gradient with respect to the h of each step from the head, the loss or the layer above.
 * transposed (Hp/4, 3 H, 4): columns r, z, n of the h rows.
 * scratch holds four states (4, Hp, 8), or the packed operands of a segment's weight gradient (see matmulGradient).
 *
 * After the first step of each segment of 16 steps, the weight gradient of the segment is added: the last segment first, the steps and
 * panels of a segment in ascending order.
 */
export function gruBackward(
  gradient: usize, dh: usize, gates: usize, scratch: usize,
  inputs: usize, states: usize, masks: usize, factors: usize, dy: usize, transposed: usize,
  I: i32, H: i32, P: i32, cell: i32, gate: i32, candidate: i32, t0: i32, t1: i32, T: i32,
): void {
  const Hp = padded(H);
  const state = <usize>Hp << 5;
  const hAt = <usize>(I + biasRows(cell)) << 5;
  const inputBytes = hAt + state;
  const stateBytes = state + 32;
  const gateBytes = state << 2;
  const blockBytes = <usize>(3 * H) << 4;
  const transposedN = transposed + (<usize>(2 * H) << 4);
  const heldD = scratch + state, own = heldD + state, viaProducts = own + state;
  const isLong = <usize>(T * P) * (inputBytes + gateBytes) > CACHED;

  for (let t = t1 - 1; t >= t0; t--) {
    if (isLong && (t == T - 1 || ((t + 1) & (SEGMENT - 1)) == 0)) {
      const first = <usize>((t & ~(SEGMENT - 1)) * P), count = <usize>((t & (SEGMENT - 1)) + 1) * P;
      prefetch(scratch, inputs + first * inputBytes, count * inputBytes);
      prefetch(scratch, gates + first * gateBytes, count * gateBytes);
    }
    for (let p = 0; p < P; p++) {
      const at = <usize>(t * P + p);
      const h = inputs + at * inputBytes + hAt;
      const r = gates + at * gateBytes;
      const z = r + state, n = z + state, extra = n + state;
      const d = dh + <usize>p * state;

      let more = dy + at * state; // of the gradient with respect to h
      let kept = h;
      let into = d; // the gradient with respect to h as the matrix products read it
      const mask = masks == 0 ? 0 : masks + (at << 6);
      if (states != 0) {
        kept = own;
        copyMasked(kept, states + at * stateBytes + 32, mask == 0 ? 0 : mask + 32, state);
        if (mask != 0) {
          addRows(d, more, state);
          more = 0;
          memory.copy(heldD, d, state);
          copyMasked(d, d, mask, state);
        }
        if (factors != 0) {
          into = viaProducts;
          memory.fill(into, 0, state);
        }
      }

      blendBackward(d, more, z, n, cell == MEMORYLESS ? 0 : kept, state, gate, candidate);
      if (cell == MEMORYLESS) {
        memory.fill(d, 0, state); // no gradient flows to earlier steps
        memory.fill(r, 0, state);
      } else if (cell == RESET_BEFORE) {
        matmulPanel(scratch, transposedN, blockBytes, n, H, n, 0, Hp, false);
        resetBeforeBackward(into, r, scratch, h, state, gate);
        matmulPanel(into, transposed, blockBytes, r, H, z, H, Hp, true);
      } else {
        resetAfterBackward(r, extra, n, state, gate);
        matmulPanel(into, transposed, blockBytes, r, H, z, H, Hp, true);
        matmulPanel(into, transposedN, blockBytes, extra, H, extra, 0, Hp, true);
      }
      if (factors != 0) scaleStateBackward(d, into, factors + <usize>p * state, state);
      if (mask != 0) {
        copyMasked(d, d, mask + 32, state);
        keepMasked(d, heldD, mask, state);
      }
    }
    if ((t & (SEGMENT - 1)) == 0) {
      weightGradient(gradient, scratch, gates, inputs, I, H, P, cell, t, min(t + SEGMENT, T));
    }
  }
}

/**
 * dx (·, Ip, 8), overwritten, = the gradient with respect to the inputs of `count` panels, whose `gates` hold gradients.
 * transposed (Ip/4, 3 Hp, 4): columns r, z, n of the x rows.
 */
export function inputGradient(dx: usize, gates: usize, transposed: usize, I: i32, H: i32, count: i32): void {
  const Hp = padded(H), Ip = padded(I);
  const blockBytes = <usize>(3 * Hp) << 4;
  for (let c = 0; c < count; c++, dx += <usize>Ip << 5, gates += <usize>Hp << 7) {
    matmulPanel(dx, transposed, blockBytes, gates, 3 * Hp, gates, 0, Ip, false);
  }
}

function addRows(to: usize, from: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) v128.store(to + i, f32x4.add(v128.load(to + i), v128.load(from + i)));
}

/** Reads a block in ascending order into the cache before it is read in descending order: hardware prefetches only ascending reads. */
function prefetch(scratch: usize, block: usize, bytes: usize): void {
  let v = f32x4.splat(0);
  for (const end = block + bytes; block < end; block += 64) v = v128.or(v, v128.load(block));
  v128.store(scratch, v); // keeps the compiler from removing the loads
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
