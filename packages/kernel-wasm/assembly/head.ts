/**
 * The linear head y = [1 h]·V over the steps and panels of a shard, forward and backward.
 *
 *   F features (H, or 2 H if bidirectional)   O outputs   Fp, Op: F, O rounded up to a multiple of 4
 *
 * V (1 + F, Op): the bias row, then the weights; packed (Op/4, 1 + F, 4). Panel c of the states (1 + F, 8) begins at
 * states + c · stateBytes with a row of ones.
 */
import { padded } from "./gru";
import { matmulGradient, matmulPanel, sumLanes } from "./matmul";

/** y (count, Op, 8), overwritten; each output sums the bias, then the features in ascending order. */
export function headForward(
  y: usize, states: usize, stateBytes: usize, packed: usize, F: i32, O: i32, count: i32,
): void {
  if (O == 1) {
    oneForward(y, states, stateBytes, packed, F, count);
    return;
  }
  const Op = padded(O);
  const blockBytes = <usize>(1 + F) << 4;
  for (let c = 0; c < count; c++, y += <usize>Op << 5, states += stateBytes) {
    matmulPanel(y, packed, blockBytes, states, 1 + F, states, 0, Op, false);
  }
}

/** dStates (count, Fp, 8), overwritten, = the gradient with respect to the states; transposed (Fp/4, O, 4). */
export function headBackward(dStates: usize, dy: usize, transposed: usize, F: i32, O: i32, count: i32): void {
  if (O == 1) {
    oneBackward(dStates, dy, transposed, F, count);
    return;
  }
  const Fp = padded(F);
  const dyBytes = <usize>padded(O) << 5;
  for (let c = 0; c < count; c++, dy += dyBytes, dStates += <usize>Fp << 5) {
    matmulPanel(dStates, transposed, <usize>O << 4, dy, O, dy, 0, Fp, false);
  }
}

/** gradient (1 + F, Op) += the products of states and dy over `count` panels; scratch as for matmulGradient. */
export function headGradient(
  gradient: usize, scratch: usize, states: usize, stateBytes: usize, dy: usize, F: i32, O: i32, count: i32,
): void {
  if (O == 1) {
    oneGradient(gradient, states, stateBytes, dy, F, count);
    return;
  }
  const Op = padded(O);
  matmulGradient(gradient, <usize>Op << 2, scratch, states, stateBytes, dy, <usize>Op << 5, 1 + F, Op, count);
}

// One output, the most common case, would use a quarter of a tile. These three functions add the same products in the same order.

function oneForward(y: usize, states: usize, stateBytes: usize, packed: usize, F: i32, count: i32): void {
  const end = packed + (<usize>(1 + F) << 4);
  for (let c = 0; c < count; c++, y += 128, states += stateBytes) {
    let s0 = f32x4.splat(0), s1 = s0;
    for (let w = packed, x = states; w < end; w += 16, x += 32) {
      const v = v128.load32_splat(w);
      s0 = f32x4.add(s0, f32x4.mul(v, v128.load(x, 0))), s1 = f32x4.add(s1, f32x4.mul(v, v128.load(x, 16)));
    }
    v128.store(y, s0, 0), v128.store(y, s1, 16);
  }
}

function oneBackward(dStates: usize, dy: usize, transposed: usize, F: i32, count: i32): void {
  const zero = f32x4.splat(0);
  const end = transposed + (<usize>padded(F) << 2);
  for (let c = 0; c < count; c++, dy += 128) {
    const d0 = v128.load(dy, 0), d1 = v128.load(dy, 16);
    for (let w = transposed; w < end; w += 4, dStates += 32) {
      const v = v128.load32_splat(w);
      v128.store(dStates, f32x4.add(zero, f32x4.mul(v, d0)), 0), v128.store(dStates, f32x4.add(zero, f32x4.mul(v, d1)), 16);
    }
  }
}

/** Four rows of the states at a time, each with the partial sums of matmulGradient: one for each row of the batch modulo 4. */
function oneGradient(gradient: usize, states: usize, stateBytes: usize, dy: usize, F: i32, count: i32): void {
  for (let k = 0; k <= F; k += 4, states += 128) {
    const rows = min(4, 1 + F - k);
    // rows past the last read row 0 instead; their sums are not used
    const at1: usize = rows > 1 ? 32 : 0, at2: usize = rows > 2 ? 64 : 0, at3: usize = rows > 3 ? 96 : 0;
    let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
    for (let c = 0, x = states, d = dy; c < count; c++, x += stateBytes, d += 128) {
      const d0 = v128.load(d, 0), d1 = v128.load(d, 16);
      s0 = f32x4.add(f32x4.add(s0, f32x4.mul(d0, v128.load(x, 0))), f32x4.mul(d1, v128.load(x, 16)));
      s1 = f32x4.add(f32x4.add(s1, f32x4.mul(d0, v128.load(x + at1, 0))), f32x4.mul(d1, v128.load(x + at1, 16)));
      s2 = f32x4.add(f32x4.add(s2, f32x4.mul(d0, v128.load(x + at2, 0))), f32x4.mul(d1, v128.load(x + at2, 16)));
      s3 = f32x4.add(f32x4.add(s3, f32x4.mul(d0, v128.load(x + at3, 0))), f32x4.mul(d1, v128.load(x + at3, 16)));
    }
    const sums = sumLanes(s0, s1, s2, s3);
    for (let i = 0; i < rows; i++, gradient += 16) {
      const sum = i == 0 ? f32x4.extract_lane(sums, 0) : i == 1 ? f32x4.extract_lane(sums, 1)
        : i == 2 ? f32x4.extract_lane(sums, 2) : f32x4.extract_lane(sums, 3);
      f32.store(gradient, f32.load(gradient) + sum);
    }
  }
}
