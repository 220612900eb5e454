/**
 * Between row-major data and panels of 8 rows of the batch.
 *
 * A sample s of a data set begins at the element starts[s]; step t of it lies t · stride elements on, and
 * holds `size` features. Tensors (T, B, size) and windows over one series are both of this form.
 */

/** panels[t, p, 0:size, 0:8] = source, for steps [t0, t1) of `count` samples; lanes past count are 0. */
export function gatherPanels(
  panels: usize, stepBytes: usize, panelBytes: usize,
  source: usize, starts: usize, count: i32, stride: i32, size: i32, t0: i32, t1: i32,
): void {
  for (let first = 0, out = panels; first < count; first += 8, out += panelBytes) {
    const lanes = min(8, count - first);
    for (let lane = 0; lane < 8; lane++) {
      let to = out + (<usize>lane << 2);
      let from: usize = lane < lanes ? source + (<usize>(load<i32>(starts + (<usize>(first + lane) << 2)) + t0 * stride) << 2) : 0;
      for (let t = t0; t < t1; t++) {
        for (let i: usize = 0; i < <usize>size; i++) {
          f32.store(to + (i << 5), from != 0 ? f32.load(from + (i << 2)) : 0);
        }
        to += stepBytes;
        if (from != 0) from += <usize>stride << 2;
      }
    }
  }
}

/** out[t, 0:count, 0:size] = panels, for `steps` steps: row-major, a step of out is outStep elements on. */
export function scatterPanels(
  out: usize, outStep: i32, panels: usize, stepBytes: usize, panelBytes: usize,
  count: i32, size: i32, steps: i32,
): void {
  for (let t = 0; t < steps; t++) {
    for (let b = 0; b < count; b++) {
      const from = panels + <usize>(b >> 3) * panelBytes + (<usize>(b & 7) << 2);
      const to = out + (<usize>(b * size) << 2);
      for (let u: usize = 0; u < <usize>size; u++) f32.store(to + (u << 2), f32.load(from + (u << 5)));
    }
    panels += stepBytes;
    out += <usize>outStep << 2;
  }
}

/** One unit of every panel of every step = value: the rows of ones that biases multiply. */
export function fillUnit(panels: usize, panelBytes: usize, count: i32, value: f32): void {
  const v = f32x4.splat(value);
  for (let c = 0; c < count; c++, panels += panelBytes) v128.store(panels, v, 0), v128.store(panels, v, 16);
}
