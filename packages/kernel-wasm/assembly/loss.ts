/**
 * Losses of one shard: outputs in panels, targets and weights by offset (see panels.ts). With e = y − target:
 *
 *   mse       e²
 *   mae       |e|
 *   huber     e²/2 for |e| ≤ delta, else delta (|e| − delta/2)
 *   pinball   max(−q e, (1 − q) e) for each level q; the Q outputs of a target are adjacent
 *   gaussian  (s + e²/exp(s)) / 2, the negative log-likelihood up to a constant; a target has two outputs, mean and log-variance s
 */
import { exp4 } from "./elementary";

export const MSE = 0;
export const MAE = 1;
export const HUBER = 2;
export const PINBALL = 3;
export const GAUSSIAN = 4;

/**
 * Returns Σ weight · loss over steps, panels, targets and rows, in that order, in f64, and overwrites dy[t,p,u,:] with weight · its
 * derivative. dy is 0 in rows past `count` and if the weight is 0, even for NaN. y and dy may be the same panels. A step has `size`
 * targets. `weights` has one weight for each step, addressed as the targets are; 0 for weights of 1. `levels` (Q) is used by pinball.
 */
export function loss(
  dy: usize, dyStep: usize, dyPanel: usize, y: usize, yStep: usize, yPanel: usize,
  targets: usize, starts: usize, stride: i32, size: i32, weights: usize, weightStarts: usize, weightStride: i32,
  count: i32, T: i32, kind: i32, delta: f32, levels: usize, Q: i32,
): f64 {
  if (kind == MSE && weights == 0) {
    return squares(dy, dyStep, dyPanel, y, yStep, yPanel, targets, starts, stride, size, count, T);
  }
  const each: usize = kind == PINBALL ? Q : kind == GAUSSIAN ? 2 : 1; // outputs for each target
  let sum: f64 = 0;
  for (let t = 0; t < T; t++) {
    for (let first = 0, at = y, to = dy; first < count; first += 8, at += yPanel, to += dyPanel) {
      for (let j = 0; j < size; j++) {
        const unit = (<usize>j * each) << 5;
        for (let lane = 0; lane < 8; lane++) {
          const offset = unit + (<usize>lane << 2);
          const sample = <usize>(first + lane) << 2;
          let weight: f32 = first + lane < count ? 1 : 0;
          if (weights != 0 && weight != 0) {
            weight = f32.load(weights + (<usize>(load<i32>(weightStarts + sample) + t * weightStride) << 2));
          }
          if (weight == 0) {
            for (let k: usize = 0; k < each; k++) f32.store(to + offset + (k << 5), 0);
            continue;
          }
          const target = f32.load(targets + (<usize>(load<i32>(starts + sample) + t * stride + j) << 2));
          const error = f32.load(at + offset) - target;
          let value: f64;
          if (kind == MSE) {
            value = <f64>error * <f64>error;
            f32.store(to + offset, <f32>2 * weight * error);
          } else if (kind == MAE) {
            value = <f64>abs(error);
            f32.store(to + offset, weight * sign(error));
          } else if (kind == HUBER) {
            const size = abs(error);
            const inside = size <= delta;
            value = inside ? 0.5 * <f64>error * <f64>error : <f64>delta * (<f64>size - 0.5 * <f64>delta);
            f32.store(to + offset, weight * (inside ? error : delta * sign(error)));
          } else if (kind == PINBALL) {
            value = 0;
            for (let k: usize = 0; k < each; k++) {
              const q = f32.load(levels + (k << 2));
              const e = f32.load(at + offset + (k << 5)) - target;
              const slope = e > 0 ? <f32>1 - q : e < 0 ? -q : <f32>0;
              value += <f64>slope * <f64>e;
              f32.store(to + offset + (k << 5), weight * slope);
            }
          } else {
            const s = f32.load(at + offset, 32);
            const precision = f32x4.extract_lane(exp4(f32x4.splat(-s)), 0);
            const scaled = error * precision;
            value = 0.5 * (<f64>s + <f64>error * <f64>scaled);
            f32.store(to + offset, weight * scaled);
            f32.store(to + offset, weight * (<f32>0.5 - <f32>0.5 * (error * scaled)), 32);
          }
          sum += <f64>weight * value;
        }
      }
    }
    y += yStep;
    dy += dyStep;
  }
  return sum;
}

/** mse with weights of 1: the same result without the branches. */
function squares(
  dy: usize, dyStep: usize, dyPanel: usize, y: usize, yStep: usize, yPanel: usize,
  targets: usize, starts: usize, stride: i32, size: i32, count: i32, T: i32,
): f64 {
  let sum: f64 = 0;
  for (let t = 0; t < T; t++, y += yStep, dy += dyStep) {
    for (let first = 0, at = y, to = dy; first < count; first += 8, at += yPanel, to += dyPanel) {
      const lanes = min(8, count - first);
      for (let j = 0; j < size; j++) {
        const unit = <usize>j << 5;
        for (let lane = 0; lane < lanes; lane++) {
          const offset = unit + (<usize>lane << 2);
          const start = load<i32>(starts + (<usize>(first + lane) << 2)) + t * stride + j;
          const error = f32.load(at + offset) - f32.load(targets + (<usize>start << 2));
          sum += <f64>error * <f64>error;
          f32.store(to + offset, error + error);
        }
        for (let lane = lanes; lane < 8; lane++) f32.store(to + unit + (<usize>lane << 2), 0);
      }
    }
  }
  return sum;
}

// @ts-ignore: decorator
@inline
function sign(x: f32): f32 {
  return x > 0 ? <f32>1 : x < 0 ? <f32>-1 : <f32>0;
}
