/**
 * Conversion between row-major data and panels of 8 rows of the batch.
 *
 * Sample s of a data set begins at element starts[s]; its step t begins t · stride elements further on and has `size` features.
 * Tensors (T, B, size) and windows over one series both have this form.
 */

/**
 * panels[t, p, 0:size, 0:8] = source, for steps [t0, t1) of `count` samples; lanes past count are 0.
 * With `lengths` (one for each sample), samples are reversed in time: step t is the source's step length − 1 − t, and 0 for t ≥ length.
 */
export function gatherPanels(
  panels: usize, stepBytes: usize, panelBytes: usize,
  source: usize, starts: usize, lengths: usize, count: i32, stride: i32, size: i32, t0: i32, t1: i32,
): void {
  const step = lengths != 0 ? -stride : stride;
  for (let first = 0, out = panels; first < count; first += 8, out += panelBytes) {
    for (let lane = 0; lane < 8; lane++) {
      const sample = <usize>(first + lane) << 2;
      let to = out + (<usize>lane << 2);
      let left = 0; // steps with values
      let at = 0;
      if (first + lane < count) {
        const length = lengths != 0 ? load<i32>(lengths + sample) : t1;
        left = length - t0;
        at = load<i32>(starts + sample) + (lengths != 0 ? (length - 1 - t0) * stride : t0 * stride);
      }
      for (let t = t0; t < t1; t++, left--, at += step, to += stepBytes) {
        const from = source + (<usize>at << 2);
        for (let i: usize = 0; i < <usize>size; i++) f32.store(to + (i << 5), left > 0 ? f32.load(from + (i << 2)) : 0);
      }
    }
  }
}

/**
 * to[t, p, 0:units, 0:8] = from[t, p], or to += from with `add`, for steps [t0, t1) of `count` samples.
 * With `lengths`, samples are reversed in time: step t is from[length − 1 − t]. For t ≥ length it is from[−1], or with `add` nothing.
 */
export function moveUnits(
  to: usize, toStep: usize, toPanel: usize, from: usize, fromStep: usize, fromPanel: usize,
  lengths: usize, count: i32, units: i32, t0: i32, t1: i32, add: bool,
): void {
  const bytes = <usize>units << 5;
  to += <usize>t0 * toStep;
  for (let t = t0; t < t1; t++, to += toStep) {
    for (let first = 0, p: usize = 0; first < count; first += 8, p++) {
      const out = to + p * toPanel;
      const source = from + p * fromPanel;
      if (lengths == 0) {
        const now = source + <usize>t * fromStep;
        for (let i: usize = 0; i < bytes; i += 16) {
          const v = v128.load(now + i);
          v128.store(out + i, add ? f32x4.add(v128.load(out + i), v) : v);
        }
        continue;
      }
      const lanes = min(8, count - first);
      for (let lane = 0; lane < lanes; lane++) {
        const back = load<i32>(lengths + (<usize>(first + lane) << 2)) - 1 - t;
        if (add && back < 0) continue;
        const now = source + <usize>max(back, -1) * fromStep + (<usize>lane << 2);
        const place = out + (<usize>lane << 2);
        for (let i: usize = 0; i < bytes; i += 32) {
          f32.store(place + i, add ? f32.load(place + i) + f32.load(now + i) : f32.load(now + i));
        }
      }
    }
  }
}

/** The bits of a sample's step in `flags`: the step is computed (else masked); the state is kept before it (else reset to zero). */
const ACTIVE = 1;
const CARRIED = 2;

/**
 * masks (T, P, 4, 4) of steps [t0, t1) from flags: sample s has a byte for each step, from byte starts[s] on. Rows past `count` have no
 * masked steps and no resets. With `lengths`, samples are reversed in time, and steps t ≥ length are masked.
 */
export function layMasks(
  masks: usize, flags: usize, starts: usize, lengths: usize, count: i32, t0: i32, t1: i32,
): void {
  for (let t = t0; t < t1; t++) {
    for (let first = 0; first < count; first += 8, masks += 64) {
      for (let lane = 0; lane < 8; lane++) {
        const sample = <usize>(first + lane) << 2;
        let flag = ACTIVE | CARRIED;
        if (first + lane < count) {
          const at = lengths != 0 ? load<i32>(lengths + sample) - 1 - t : t;
          flag = at < 0 ? 0 : load<u8>(flags + load<u32>(starts + sample) + at);
        }
        const place = masks + (<usize>lane << 2);
        store<i32>(place, -(flag & ACTIVE));
        store<i32>(place + 32, -((flag & CARRIED) >> 1));
      }
    }
  }
}

/** Units of panels = 0 in masked steps, so that values in padded steps have no effect, NaN included. */
export function clearIdle(panels: usize, panelBytes: usize, masks: usize, units: i32, count: i32): void {
  const bytes = <usize>units << 5;
  for (let c = 0; c < count; c++, panels += panelBytes, masks += 64) {
    const m0 = v128.load(masks, 0), m1 = v128.load(masks, 16);
    for (let i: usize = 0; i < bytes; i += 32) {
      v128.store(panels + i, v128.and(v128.load(panels + i), m0));
      v128.store(panels + i, v128.and(v128.load(panels + i, 16), m1), 16);
    }
  }
}

/** out[t, 0:count, 0:size] = panels, for `steps` steps: row-major; steps of out are outStep elements apart. */
export function scatterPanels(
  out: usize, outStep: i32, panels: usize, stepBytes: usize, panelBytes: usize,
  count: i32, size: i32, steps: i32,
): void {
  const rowBytes = <usize>size << 2;
  for (let t = 0; t < steps; t++) {
    for (let b = 0; b < count; b++) {
      const from = panels + <usize>(b >> 3) * panelBytes + (<usize>(b & 7) << 2);
      const to = out + <usize>b * rowBytes;
      let u: usize = 0;
      // four rows at a time, in tiles of four units
      if ((b & 3) == 0 && b + 4 <= count) {
        for (; u + 4 <= <usize>size; u += 4) transposeTile(to + (u << 2), rowBytes, from + (u << 5));
        for (let row: usize = 1; row < 4; row++) copyUnits(to + row * rowBytes, from + (row << 2), u, size);
        b += 3;
      }
      copyUnits(to, from, u, size);
    }
    panels += stepBytes;
    out += <usize>outStep << 2;
  }
}

// @ts-ignore: decorator
@inline
function copyUnits(to: usize, from: usize, u: usize, size: i32): void {
  for (; u < <usize>size; u++) f32.store(to + (u << 2), f32.load(from + (u << 5)));
}

/** Transposes four lanes of four units of a panel to four units of four rows. */
// @ts-ignore: decorator
@inline
function transposeTile(to: usize, rowBytes: usize, from: usize): void {
  const a = v128.load(from, 0), b = v128.load(from, 32), c = v128.load(from, 64), d = v128.load(from, 96);
  const ab01 = v128.shuffle<f32>(a, b, 0, 4, 1, 5), ab23 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const cd01 = v128.shuffle<f32>(c, d, 0, 4, 1, 5), cd23 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f32>(ab01, cd01, 0, 1, 4, 5));
  v128.store(to + rowBytes, v128.shuffle<f32>(ab01, cd01, 2, 3, 6, 7));
  v128.store(to + (rowBytes << 1), v128.shuffle<f32>(ab23, cd23, 0, 1, 4, 5));
  v128.store(to + rowBytes * 3, v128.shuffle<f32>(ab23, cd23, 2, 3, 6, 7));
}

/** Sets `bytes` bytes from `block` on to zero; faster than creating a typed array to fill. */
export function clear(block: usize, bytes: usize): void {
  memory.fill(block, 0, bytes);
}

/** One unit of `count` panels, panelBytes apart, = value: writes the rows of ones that biases multiply. */
export function fillUnit(panels: usize, panelBytes: usize, count: i32, value: f32): void {
  const v = f32x4.splat(value);
  for (let c = 0; c < count; c++, panels += panelBytes) v128.store(panels, v, 0), v128.store(panels, v, 16);
}
