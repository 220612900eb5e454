/**
 * The three matrix products of a recurrent network, on panels of the batch.
 *
 *   K  depth, the summed dimension          N  output units, a multiple of 4
 *   panel (U, 8): 8 rows of the batch; unit u is 8 consecutive floats, one for each row
 *   packed (N/4, K, 4): weights in blocks of 4 output units, with all K rows of a block adjacent
 */

/**
 * out (N,8) = packed · [a (K,8); b (L,8)], or adds into out; K ≥ 1, L ≥ 0.
 *
 * Each output sums its products in the order a[0], …, a[K−1], b[0], …, b[L−1], from zero (or from what
 * out holds). A 4×8 tile of sums stays in registers; one step of the depth is
 *
 *            a[k] ┌ x0  x1 ┐   2 vectors of 4 rows of the batch
 *     w[0..3] → 4 │ +=  += │   4 broadcast weights, 8 sums
 *
 * The step is unrolled three times with an exit after each. Engines check for interrupts at the end of a loop, so unrolling leaves one
 * check for three steps. The exits keep the compiler from loading the weights of all three steps first, which would spill registers.
 *
 * The weights of block m begin at packed + m · blockBytes: packed may point past the first rows of a block.
 */
export function matmulPanel(
  out: usize, packed: usize, blockBytes: usize,
  a: usize, K: i32, b: usize, L: i32, N: i32, accumulate: bool,
): void {
  const aEnd = a + (<usize>K << 5);
  const bEnd = b + (<usize>L << 5);
  for (let m = 0; m < N; m += 4) {
    let s00 = f32x4.splat(0), s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00, s30 = s00, s31 = s00;
    if (accumulate) {
      s00 = v128.load(out, 0), s01 = v128.load(out, 16);
      s10 = v128.load(out, 32), s11 = v128.load(out, 48);
      s20 = v128.load(out, 64), s21 = v128.load(out, 80);
      s30 = v128.load(out, 96), s31 = v128.load(out, 112);
    }
    let w = packed, x = a, end = aEnd;
    let x0: v128, x1: v128, v: v128;
    for (;;) {
      for (;;) {
        x0 = v128.load(x), x1 = v128.load(x, 16), v = v128.load32_splat(w, 0);
        s00 = f32x4.add(s00, f32x4.mul(v, x0)), s01 = f32x4.add(s01, f32x4.mul(v, x1)), v = v128.load32_splat(w, 4);
        s10 = f32x4.add(s10, f32x4.mul(v, x0)), s11 = f32x4.add(s11, f32x4.mul(v, x1)), v = v128.load32_splat(w, 8);
        s20 = f32x4.add(s20, f32x4.mul(v, x0)), s21 = f32x4.add(s21, f32x4.mul(v, x1)), v = v128.load32_splat(w, 12);
        s30 = f32x4.add(s30, f32x4.mul(v, x0)), s31 = f32x4.add(s31, f32x4.mul(v, x1)), x += 32, w += 16;
        if (x == end) break;

        x0 = v128.load(x), x1 = v128.load(x, 16), v = v128.load32_splat(w, 0);
        s00 = f32x4.add(s00, f32x4.mul(v, x0)), s01 = f32x4.add(s01, f32x4.mul(v, x1)), v = v128.load32_splat(w, 4);
        s10 = f32x4.add(s10, f32x4.mul(v, x0)), s11 = f32x4.add(s11, f32x4.mul(v, x1)), v = v128.load32_splat(w, 8);
        s20 = f32x4.add(s20, f32x4.mul(v, x0)), s21 = f32x4.add(s21, f32x4.mul(v, x1)), v = v128.load32_splat(w, 12);
        s30 = f32x4.add(s30, f32x4.mul(v, x0)), s31 = f32x4.add(s31, f32x4.mul(v, x1)), x += 32, w += 16;
        if (x == end) break;

        x0 = v128.load(x), x1 = v128.load(x, 16), v = v128.load32_splat(w, 0);
        s00 = f32x4.add(s00, f32x4.mul(v, x0)), s01 = f32x4.add(s01, f32x4.mul(v, x1)), v = v128.load32_splat(w, 4);
        s10 = f32x4.add(s10, f32x4.mul(v, x0)), s11 = f32x4.add(s11, f32x4.mul(v, x1)), v = v128.load32_splat(w, 8);
        s20 = f32x4.add(s20, f32x4.mul(v, x0)), s21 = f32x4.add(s21, f32x4.mul(v, x1)), v = v128.load32_splat(w, 12);
        s30 = f32x4.add(s30, f32x4.mul(v, x0)), s31 = f32x4.add(s31, f32x4.mul(v, x1)), x += 32, w += 16;
        if (x == end) break;
      }
      if (L == 0 || end == bEnd) break;
      x = b;
      end = bEnd;
    }
    v128.store(out, s00, 0), v128.store(out, s01, 16);
    v128.store(out, s10, 32), v128.store(out, s11, 48);
    v128.store(out, s20, 64), v128.store(out, s21, 80);
    v128.store(out, s30, 96), v128.store(out, s31, 112);
    out += 128;
    packed += blockBytes;
  }
}

/** The sums of the lanes of a, b, c and d, each as (0 + 1) + (2 + 3). */
// @ts-ignore: decorator
@inline
export function sumLanes(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab01 = v128.shuffle<f32>(a, b, 0, 4, 1, 5), ab23 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const cd01 = v128.shuffle<f32>(c, d, 0, 4, 1, 5), cd23 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  const lane0 = v128.shuffle<f32>(ab01, cd01, 0, 1, 4, 5), lane1 = v128.shuffle<f32>(ab01, cd01, 2, 3, 6, 7);
  const lane2 = v128.shuffle<f32>(ab23, cd23, 0, 1, 4, 5), lane3 = v128.shuffle<f32>(ab23, cd23, 2, 3, 6, 7);
  return f32x4.add(f32x4.add(lane0, lane1), f32x4.add(lane2, lane3));
}

/**
 * gradient (K,N) += a · dᵀ, summed over the rows of `count` panels: the gradient of weights (K,N).
 *
 * Panel c of a (K,8) begins at a + c · aBytes, panel c of d (N,8) at d + c · dBytes; a row of gradient has
 * rowBytes. There are four partial sums, one for each row of the batch modulo 4, over the panels in
 * order. Their sum (0 + 1) + (2 + 3) is added into gradient.
 *
 * Both operands are packed first, so that the tile reads two contiguous streams: a in pairs of rows, d in groups of four rows, each with
 * all panels adjacent. scratch: count · (16 ⌈K/2⌉ + 32) floats. One step of the tile is half a panel:
 *
 *              x0  x1       2 rows of a
 *     d[0..3] ┌ +=  += │    4 rows of d, 8 sums of 4 lanes
 */
export function matmulGradient(
  gradient: usize, rowBytes: usize, scratch: usize,
  a: usize, aBytes: usize, d: usize, dBytes: usize,
  K: i32, N: i32, count: i32,
): void {
  const fours = packPairs(scratch, a, aBytes, K, count);
  const end = fours + (<usize>count << 7);
  for (let n = 0; n < N; n += 4, d += 128) {
    packFours(fours, d, dBytes, count);
    let out = gradient + (<usize>n << 2);
    let x = scratch;
    for (let k = 0; k < K; k += 2, out += rowBytes << 1) {
      let s00 = f32x4.splat(0), s10 = s00, s20 = s00, s30 = s00, s01 = s00, s11 = s00, s21 = s00, s31 = s00;
      for (let y = fours; y < end; y += 64, x += 32) {
        const x0 = v128.load(x, 0), x1 = v128.load(x, 16);
        let v = v128.load(y, 0);
        s00 = f32x4.add(s00, f32x4.mul(v, x0)), s01 = f32x4.add(s01, f32x4.mul(v, x1));
        v = v128.load(y, 16);
        s10 = f32x4.add(s10, f32x4.mul(v, x0)), s11 = f32x4.add(s11, f32x4.mul(v, x1));
        v = v128.load(y, 32);
        s20 = f32x4.add(s20, f32x4.mul(v, x0)), s21 = f32x4.add(s21, f32x4.mul(v, x1));
        v = v128.load(y, 48);
        s30 = f32x4.add(s30, f32x4.mul(v, x0)), s31 = f32x4.add(s31, f32x4.mul(v, x1));
      }
      v128.store(out, f32x4.add(v128.load(out), sumLanes(s00, s10, s20, s30)));
      if (k + 1 < K) {
        const next = out + rowBytes;
        v128.store(next, f32x4.add(v128.load(next), sumLanes(s01, s11, s21, s31)));
      }
    }
  }
}

/** to (⌈K/2⌉, count, 2, 2, 4) = rows of a by pair, panel and half panel; zeros past the last row. Returns the end of to. */
function packPairs(to: usize, a: usize, aBytes: usize, K: i32, count: i32): usize {
  for (let k = 0; k < K; k += 2, a += 64) {
    const paired = k + 1 < K;
    let x = a;
    for (let c = 0; c < count; c++, x += aBytes, to += 64) {
      v128.store(to, v128.load(x, 0), 0), v128.store(to, v128.load(x, 16), 32);
      v128.store(to, paired ? v128.load(x, 32) : f32x4.splat(0), 16);
      v128.store(to, paired ? v128.load(x, 48) : f32x4.splat(0), 48);
    }
  }
  return to;
}

/** to (count, 2, 4, 4) = four rows of d by panel and half panel. */
function packFours(to: usize, d: usize, dBytes: usize, count: i32): void {
  for (let c = 0; c < count; c++, d += dBytes, to += 128) {
    v128.store(to, v128.load(d, 0), 0), v128.store(to, v128.load(d, 16), 64);
    v128.store(to, v128.load(d, 32), 16), v128.store(to, v128.load(d, 48), 80);
    v128.store(to, v128.load(d, 64), 32), v128.store(to, v128.load(d, 80), 96);
    v128.store(to, v128.load(d, 96), 48), v128.store(to, v128.load(d, 112), 112);
  }
}

/** packed (N/4, K, 4), overwritten, = weights (K,N), whose rows are rowBytes apart. N a multiple of 4. */
export function packWeights(packed: usize, weights: usize, rowBytes: usize, K: i32, N: i32): void {
  for (let n = 0; n < N; n += 4) {
    let w = weights + (<usize>n << 2);
    for (let k = 0; k < K; k++, w += rowBytes, packed += 16) v128.store(packed, v128.load(w));
  }
}

/**
 * packed (⌈K/4⌉, N, 4), overwritten, = the transpose of weights (K,N), for products that sum over N.
 * Block m of packed begins at packed + m · blockBytes; rows past K are zeros.
 */
export function packTransposed(
  packed: usize, blockBytes: usize, weights: usize, rowBytes: usize, K: i32, N: i32,
): void {
  for (let k = 0; k < K; k++) {
    const block = packed + <usize>(k >> 2) * blockBytes + (<usize>(k & 3) << 2);
    const row = weights + <usize>k * rowBytes;
    for (let n = 0; n < N; n++) f32.store(block + (<usize>n << 4), f32.load(row + (<usize>n << 2)));
  }
  for (let k = K; (k & 3) != 0; k++) {
    const block = packed + <usize>(k >> 2) * blockBytes + (<usize>(k & 3) << 2);
    for (let n = 0; n < N; n++) f32.store(block + (<usize>n << 4), 0);
  }
}

/** Output units that `matmulRow` sums at a time. */
const WIDE = 16;

/**
 * packed (⌈N/16⌉, K, 16), overwritten, = weights (K,N) for `matmulRow`, whose rows are rowBytes apart. N a multiple of 4; if it is not a
 * multiple of 16, the rows of the last block are shorter.
 */
export function packRow(packed: usize, weights: usize, rowBytes: usize, K: i32, N: i32): void {
  for (let n = 0; n < N; n += WIDE) {
    const width = <usize>min(WIDE, N - n) << 2;
    let w = weights + (<usize>n << 2);
    for (let k = 0; k < K; k++, w += rowBytes, packed += width) memory.copy(packed, w, width);
  }
}

/**
 * out (N) = input (K) · rows [first, first + K) of weights (rows, N), packed by `packRow`: a single row, with lanes over output units.
 *
 * Each output sums k = 0, …, K−1 from zero, as in matmulPanel, so a stream gives the bits of a batch. K ≥ 1. Two steps are unrolled with
 * an exit after each, for the reason given there.
 */
export function matmulRow(out: usize, packed: usize, rows: i32, first: i32, input: usize, K: i32, N: i32): void {
  const end = input + (<usize>K << 2);
  let n = 0;
  for (; n + WIDE <= N; n += WIDE, packed += <usize>rows << 6, out += 64) {
    let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0, v: v128;
    let w = packed + (<usize>first << 6), x = input;
    for (;;) {
      v = v128.load32_splat(x);
      s0 = f32x4.add(s0, f32x4.mul(v, v128.load(w, 0))), s1 = f32x4.add(s1, f32x4.mul(v, v128.load(w, 16)));
      s2 = f32x4.add(s2, f32x4.mul(v, v128.load(w, 32))), s3 = f32x4.add(s3, f32x4.mul(v, v128.load(w, 48)));
      x += 4, w += 64;
      if (x == end) break;

      v = v128.load32_splat(x);
      s0 = f32x4.add(s0, f32x4.mul(v, v128.load(w, 0))), s1 = f32x4.add(s1, f32x4.mul(v, v128.load(w, 16)));
      s2 = f32x4.add(s2, f32x4.mul(v, v128.load(w, 32))), s3 = f32x4.add(s3, f32x4.mul(v, v128.load(w, 48)));
      x += 4, w += 64;
      if (x == end) break;
    }
    v128.store(out, s0, 0), v128.store(out, s1, 16), v128.store(out, s2, 32), v128.store(out, s3, 48);
  }
  const rowBytes = <usize>(N - n) << 2;
  packed += <usize>first * rowBytes;
  for (; n < N; n += 4, packed += 16, out += 16) {
    let s = f32x4.splat(0);
    for (let x = input, w = packed; x < end; x += 4, w += rowBytes) {
      s = f32x4.add(s, f32x4.mul(v128.load32_splat(x), v128.load(w)));
    }
    v128.store(out, s);
  }
}
