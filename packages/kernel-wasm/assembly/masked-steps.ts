/**
 * What a step does where rows of the batch go their own ways: some hold their state, some begin anew, some see it thinned out.
 * A mask is 8 lanes of 32 bits, all ones for yes; values are chosen by their bits, never multiplied with 0, so that no NaN passes.
 */

/** to (bytes) = from where the mask holds, else 0; all of from where mask is 0. */
export function enter(to: usize, from: usize, mask: usize, bytes: usize): void {
  if (mask == 0) {
    memory.copy(to, from, bytes);
    return;
  }
  const m0 = v128.load(mask, 0), m1 = v128.load(mask, 16);
  for (let i: usize = 0; i < bytes; i += 32) {
    v128.store(to + i, v128.and(v128.load(from + i), m0));
    v128.store(to + i, v128.and(v128.load(from + i, 16), m1), 16);
  }
}

/** to = from ⊙ factors; all of from where factors is 0. */
export function take(to: usize, from: usize, factors: usize, bytes: usize): void {
  if (factors == 0) {
    memory.copy(to, from, bytes);
    return;
  }
  for (let i: usize = 0; i < bytes; i += 16) {
    v128.store(to + i, f32x4.mul(v128.load(from + i), v128.load(factors + i)));
  }
}

/** to = before where the mask does not hold. */
export function hold(to: usize, before: usize, mask: usize, bytes: usize): void {
  const m0 = v128.load(mask, 0), m1 = v128.load(mask, 16);
  for (let i: usize = 0; i < bytes; i += 32) {
    v128.store(to + i, v128.bitselect(v128.load(to + i), v128.load(before + i), m0));
    v128.store(to + i, v128.bitselect(v128.load(to + i, 16), v128.load(before + i, 16), m1), 16);
  }
}

/** d += via ⊙ factors: forward, the products saw h ⊙ factors. */
export function rejoin(d: usize, via: usize, factors: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) {
    v128.store(d + i, f32x4.add(v128.load(d + i), f32x4.mul(v128.load(via + i), v128.load(factors + i))));
  }
}
