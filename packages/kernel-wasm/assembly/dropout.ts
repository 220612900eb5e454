/**
 * Dropout by a counter-based generator: whether a unit is kept is a function of key, layer, step, sample and unit alone, so shards,
 * recomputation and the pass backward see the same. Philox4x32-10, as in src/math/philox.ts.
 */

// @ts-ignore: decorator
@inline
function multiplyHigh(a: u32, b: u32): u32 {
  return <u32>((<u64>a * <u64>b) >> 32);
}

/**
 * panels[t, p, 0:units, 0:8] *= scale where the unit is kept, else 0, for steps [t0, t1) of P panels, the first row of which is
 * sample `first` of the batch. A unit is kept where its 32-bit word is below `limit`. The words of units u … u+3 are those of the counter
 * (sample, t, u / 4, layer) under the key (key0, key1).
 */
export function dropoutUnits(
  panels: usize, stepBytes: usize, panelBytes: usize, units: i32, P: i32, first: i32, t0: i32, t1: i32,
  layer: u32, key0: u32, key1: u32, limit: u32, scale: f32,
): void {
  for (let t = t0; t < t1; t++, panels += stepBytes) {
    for (let row = 0; row < 8 * P; row++) {
      let at = panels + <usize>(row >> 3) * panelBytes + (<usize>(row & 7) << 2);
      for (let u = 0; u < units; u += 4) {
        let c0: u32 = first + row, c1: u32 = t, c2: u32 = u >> 2, c3 = layer, k0 = key0, k1 = key1;
        for (let round = 0; round < 10; round++, k0 += 0x9e3779b9, k1 += 0xbb67ae85) {
          const high0 = multiplyHigh(0xd2511f53, c0), low0 = c0 * 0xd2511f53;
          const high1 = multiplyHigh(0xcd9e8d57, c2), low1 = c2 * 0xcd9e8d57;
          c0 = high1 ^ c1 ^ k0, c1 = low1, c2 = high0 ^ c3 ^ k1, c3 = low0;
        }
        const left = units - u;
        keep(at, c0 < limit, scale);
        if (left > 1) keep(at + 32, c1 < limit, scale);
        if (left > 2) keep(at + 64, c2 < limit, scale);
        if (left > 3) keep(at + 96, c3 < limit, scale);
        at += 128;
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function keep(at: usize, kept: bool, scale: f32): void {
  f32.store(at, kept ? f32.load(at) * scale : 0);
}
