/** Optimizer steps, gradient clipping, penalties and sums over blocks of parameters. */

/** to (n) += factor · from (n); n a multiple of 4. */
export function addScaled(to: usize, from: usize, n: i32, factor: f32): void {
  const f = f32x4.splat(factor);
  for (let i: usize = 0, end = <usize>n << 2; i < end; i += 16) {
    v128.store(to + i, f32x4.add(v128.load(to + i), f32x4.mul(f, v128.load(from + i))));
  }
}

/** Σ g² in f64 over a block (rows, columns) of f32 whose rows are rowBytes apart, row by row. */
export function sumSquares(block: usize, rowBytes: usize, rows: i32, columns: i32): f64 {
  let sum: f64 = 0;
  for (let r = 0; r < rows; r++, block += rowBytes) {
    for (let c = 0; c < columns; c++) {
      const g = <f64>f32.load(block + (<usize>c << 2));
      sum += g * g;
    }
  }
  return sum;
}

/** block (rows, columns) *= factor. */
export function scaleBlock(block: usize, rowBytes: usize, rows: i32, columns: i32, factor: f32): void {
  for (let r = 0; r < rows; r++, block += rowBytes) {
    for (let c = 0; c < columns; c++) {
      const at = block + (<usize>c << 2);
      f32.store(at, f32.load(at) * factor);
    }
  }
}

/** gradient += l1 · sign(parameters) + twiceL2 · parameters over (rows, columns) of two blocks with the same layout; the product is added last; sign(0) is 0. */
export function penalize(
  gradient: usize, parameters: usize, rowBytes: usize, rows: i32, columns: i32, l1: f32, twiceL2: f32,
): void {
  for (let r = 0; r < rows; r++, gradient += rowBytes, parameters += rowBytes) {
    for (let c = 0; c < columns; c++) {
      const i = <usize>c << 2;
      const p = f32.load(parameters + i);
      const slope: f32 = p > 0 ? l1 : p < 0 ? -l1 : 0;
      f32.store(gradient + i, f32.load(gradient + i) + slope + twiceL2 * p);
    }
  }
}

/** g = min(max(g, −limit), limit) over g (n); n a multiple of 4. */
export function clampArray(g: usize, n: i32, limit: f32): void {
  const high = f32x4.splat(limit), low = f32x4.splat(-limit);
  for (let i: usize = 0, end = <usize>n << 2; i < end; i += 16) {
    v128.store(g + i, f32x4.pmin(f32x4.pmax(v128.load(g + i), low), high));
  }
}

/** The index of the first NaN or infinity in x (n), or −1; n a multiple of 4. */
export function firstNonFinite(x: usize, n: i32): i32 {
  for (let i = 0; i < n; i += 4) {
    const v = v128.load(x + (<usize>i << 2));
    const bad = f32x4.ne(f32x4.sub(v, v), f32x4.splat(0)); // ∞ − ∞ and NaN − NaN are NaN
    if (v128.any_true(bad)) return i + <i32>ctz(i32x4.bitmask(bad));
  }
  return -1;
}

/**
 * Stochastic gradient descent as torch.optim.SGD defines it, over parameters (n), n a multiple of 4:
 *   g ← g + weightDecay · p;  v ← momentum · v + g;  p ← p − learningRate · (nesterov ? g + momentum · v : v)
 * Sets the gradients to zero. If momentum is 0, velocity is not accessed.
 */
export function sgd(
  parameters: usize, velocity: usize, gradient: usize, n: i32,
  learningRate: f32, momentum: f32, weightDecay: f32, nesterov: bool,
): void {
  const rate = f32x4.splat(learningRate), mu = f32x4.splat(momentum), decay = f32x4.splat(weightDecay);
  for (let i: usize = 0, end = <usize>n << 2; i < end; i += 16) {
    const p = v128.load(parameters + i);
    let g = v128.load(gradient + i);
    if (weightDecay != 0) g = f32x4.add(g, f32x4.mul(decay, p));
    if (momentum != 0) {
      const v = f32x4.add(f32x4.mul(mu, v128.load(velocity + i)), g);
      v128.store(velocity + i, v);
      g = nesterov ? f32x4.add(g, f32x4.mul(mu, v)) : v;
    }
    v128.store(parameters + i, f32x4.sub(p, f32x4.mul(rate, g)));
    v128.store(gradient + i, f32x4.splat(0));
  }
}

/**
 * Adam (Kingma & Ba 2015) and AdamW (Loshchilov & Hutter 2019) as torch.optim defines them, over parameters (n), n a multiple of 4:
 *   g ← g + weightDecay · p;  m ← β₁ · m + rest₁ · g;  v ← β₂ · v + rest₂ · g²;
 *   p ← keep · p − stepSize · (m / (√v / root + epsilon))
 * where rest = 1 − β, root = √(1 − β₂ᵗ), stepSize = learningRate / (1 − β₁ᵗ), and keep is 1, or 1 − learningRate · weightDecay for AdamW,
 * whose weightDecay here is 0. Sets the gradients to zero.
 */
export function adam(
  parameters: usize, first: usize, second: usize, gradient: usize, n: i32,
  beta1: f32, rest1: f32, beta2: f32, rest2: f32,
  stepSize: f32, root: f32, epsilon: f32, weightDecay: f32, keep: f32,
): void {
  for (let i: usize = 0, end = <usize>n << 2; i < end; i += 16) {
    const p = v128.load(parameters + i);
    let g = v128.load(gradient + i);
    if (weightDecay != 0) g = f32x4.add(g, f32x4.mul(f32x4.splat(weightDecay), p));
    const m = f32x4.add(f32x4.mul(f32x4.splat(beta1), v128.load(first + i)), f32x4.mul(f32x4.splat(rest1), g));
    const square = f32x4.mul(f32x4.splat(rest2), f32x4.mul(g, g));
    const v = f32x4.add(f32x4.mul(f32x4.splat(beta2), v128.load(second + i)), square);
    const scale = f32x4.add(f32x4.div(f32x4.sqrt(v), f32x4.splat(root)), f32x4.splat(epsilon));
    const move = f32x4.mul(f32x4.splat(stepSize), f32x4.div(m, scale));
    v128.store(first + i, m);
    v128.store(second + i, v);
    v128.store(parameters + i, f32x4.sub(f32x4.mul(f32x4.splat(keep), p), move));
    v128.store(gradient + i, f32x4.splat(0));
  }
}

/**
 * RMSprop (Hinton 2012) as torch.optim.RMSprop defines it, over parameters (n), n a multiple of 4:
 *   g ← g + weightDecay · p;  v ← alpha · v + rest · g²;  d = g / (√v + epsilon)
 *   m ← momentum · m + d;  p ← p − learningRate · (momentum = 0 ? d : m)
 * where rest = 1 − alpha. Sets the gradients to zero. If momentum is 0, `first` (m) is not accessed.
 */
export function rmsprop(
  parameters: usize, first: usize, second: usize, gradient: usize, n: i32,
  learningRate: f32, alpha: f32, rest: f32, epsilon: f32, momentum: f32, weightDecay: f32,
): void {
  for (let i: usize = 0, end = <usize>n << 2; i < end; i += 16) {
    const p = v128.load(parameters + i);
    let g = v128.load(gradient + i);
    if (weightDecay != 0) g = f32x4.add(g, f32x4.mul(f32x4.splat(weightDecay), p));
    const square = f32x4.mul(f32x4.splat(rest), f32x4.mul(g, g));
    const v = f32x4.add(f32x4.mul(f32x4.splat(alpha), v128.load(second + i)), square);
    let move = f32x4.div(g, f32x4.add(f32x4.sqrt(v), f32x4.splat(epsilon)));
    if (momentum != 0) {
      move = f32x4.add(f32x4.mul(f32x4.splat(momentum), v128.load(first + i)), move);
      v128.store(first + i, move);
    }
    v128.store(second + i, v);
    v128.store(parameters + i, f32x4.sub(p, f32x4.mul(f32x4.splat(learningRate), move)));
    v128.store(gradient + i, f32x4.splat(0));
  }
}
