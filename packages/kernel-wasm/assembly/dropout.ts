/**
 * Dropout with a counter-based generator: whether a unit is kept depends only on key, layer, step, sample and unit, so it is the same in
 * any shard, in recomputation and in the backward pass.
 */
import { lanes, philox } from "./random";

/** The words of four rows and four units. */
const words = memory.data(64, 16);

/**
 * panels[t, p, 0:units, 0:8] *= scale if the unit is kept, else 0, for steps [t0, t1) of P panels, whose first row is sample `first` of
 * the batch. A unit is kept if its 32-bit word is below `limit`. The words of units u … u+3 are those of the counter
 * (sample, t, u / 4, layer) under the key (key0, key1).
 */
export function dropoutUnits(
  panels: usize, stepBytes: usize, panelBytes: usize, units: i32, P: i32, first: i32, t0: i32, t1: i32,
  layer: u32, key0: u32, key1: u32, limit: u32, scale: f32,
): void {
  const limits = i32x4.splat(limit), scales = f32x4.splat(scale);
  for (let t = t0; t < t1; t++, panels += stepBytes) {
    for (let row = 0; row < 8 * P; row += 4) {
      const samples = i32x4.add(i32x4.splat(first + row), lanes());
      let at = panels + <usize>(row >> 3) * panelBytes + (<usize>(row & 7) << 2);
      for (let u = 0; u < units; u += 4) {
        philox(words, samples, i32x4.splat(t), i32x4.splat(u >> 2), i32x4.splat(layer), key0, key1);
        for (let w = words, end = words + (<usize>min(4, units - u) << 4); w < end; w += 16, at += 32) {
          v128.store(at, v128.and(f32x4.mul(v128.load(at), scales), i32x4.lt_u(v128.load(w), limits)));
        }
      }
    }
  }
}
