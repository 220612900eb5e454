/** Losses over one shard: outputs in panels, targets by offset (see panels.ts). */

/**
 * Σ (y − target)² over steps, panels, units and rows, in that order, in f64; and
 * dy[t,p,u,:] = scale · (y − target), 0 in rows past count. y and dy may be the same panels.
 */
export function mse(
  dy: usize, dyStep: usize, dyPanel: usize, y: usize, yStep: usize, yPanel: usize,
  targets: usize, starts: usize, count: i32, stride: i32, size: i32, T: i32, scale: f32,
): f64 {
  let sum: f64 = 0;
  for (let t = 0; t < T; t++) {
    for (let first = 0, at = y, to = dy; first < count; first += 8, at += yPanel, to += dyPanel) {
      const lanes = min(8, count - first);
      for (let u = 0; u < size; u++) {
        const unit = <usize>u << 5;
        for (let lane = 0; lane < lanes; lane++) {
          const offset = unit + (<usize>lane << 2);
          const start = load<i32>(starts + (<usize>(first + lane) << 2)) + t * stride + u;
          const error = f32.load(at + offset) - f32.load(targets + (<usize>start << 2));
          sum += <f64>error * <f64>error;
          f32.store(to + offset, scale * error);
        }
        for (let lane = lanes; lane < 8; lane++) f32.store(to + unit + (<usize>lane << 2), 0);
      }
    }
    y += yStep;
    dy += dyStep;
  }
  return sum;
}
