/**
 * Philox4x32-10, a counter-based generator: the words of src/math/philox.ts, four counters buffer by buffer.
 * Salmon, Moraes, Dror & Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
 */

/** 0, 1, 2, 3 */
// @ts-ignore: decorator
@inline
export function lanes(): v128 {
  return i32x4(0, 1, 2, 3);
}

/** words (4, 4): word w of the counter (c0, c1, c2, c3) of lane i, under the key (k0, k1), is written to words[w, i]. */
export function philox(words: usize, c0: v128, c1: v128, c2: v128, c3: v128, k0: u32, k1: u32): void {
  const m0 = i32x4.splat(0xd2511f53), m1 = i32x4.splat(0xcd9e8d57);
  for (let round = 0; round < 10; round++, k0 += 0x9e3779b9, k1 += 0xbb67ae85) {
    // 64-bit products of two lanes each, then their 32-bit halves
    const a = i64x2.extmul_low_i32x4_u(c0, m0), b = i64x2.extmul_high_i32x4_u(c0, m0);
    const c = i64x2.extmul_low_i32x4_u(c2, m1), d = i64x2.extmul_high_i32x4_u(c2, m1);
    c0 = v128.xor(v128.xor(v128.shuffle<i32>(c, d, 1, 3, 5, 7), c1), i32x4.splat(k0));
    c1 = v128.shuffle<i32>(c, d, 0, 2, 4, 6);
    c2 = v128.xor(v128.xor(v128.shuffle<i32>(a, b, 1, 3, 5, 7), c3), i32x4.splat(k1));
    c3 = v128.shuffle<i32>(a, b, 0, 2, 4, 6);
  }
  v128.store(words, c0, 0), v128.store(words, c1, 16), v128.store(words, c2, 32), v128.store(words, c3, 48);
}

const buffer = memory.data(64, 16);

/** words (4 count) of the counters (block, stream, 0) for `count` blocks (a multiple of 4) from block (high, low) on. */
export function randomWords(words: usize, low: u32, high: u32, count: i32, stream: u32, key0: u32, key1: u32): void {
  let block = (<u64>high << 32) | <u64>low;
  for (const end = words + (<usize>count << 4); words < end; words += 64, block += 4) {
    const first = i32x4.splat(<i32>block);
    const c0 = i32x4.add(first, lanes());
    const c1 = i32x4.sub(i32x4.splat(<i32>(block >> 32)), i32x4.lt_u(c0, first)); // a true lane is −1
    philox(buffer, c0, c1, i32x4.splat(stream), i32x4.splat(0), key0, key1);
    for (let lane: usize = 0; lane < 4; lane++) {
      for (let w: usize = 0; w < 4; w++) {
        i32.store(words + (lane << 4) + (w << 2), i32.load(buffer + (w << 4) + (lane << 2)));
      }
    }
  }
}
