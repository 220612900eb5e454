/**
 * Masked steps, resets and recurrent dropout, for one panel. A mask has 8 lanes of 32 bits, all ones for true. Values are selected by
 * bits, not multiplied by 0, so that NaN in unselected values has no effect.
 */

/** to (bytes) = mask ? from : 0; a copy of from if mask is 0. */
export function copyMasked(to: usize, from: usize, mask: usize, bytes: usize): void {
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

/** to = from ⊙ factors; a copy of from if factors is 0. */
export function scaleState(to: usize, from: usize, factors: usize, bytes: usize): void {
  if (factors == 0) {
    memory.copy(to, from, bytes);
    return;
  }
  for (let i: usize = 0; i < bytes; i += 16) {
    v128.store(to + i, f32x4.mul(v128.load(from + i), v128.load(factors + i)));
  }
}

/** to = mask ? to : before. */
export function keepMasked(to: usize, before: usize, mask: usize, bytes: usize): void {
  const m0 = v128.load(mask, 0), m1 = v128.load(mask, 16);
  for (let i: usize = 0; i < bytes; i += 32) {
    v128.store(to + i, v128.bitselect(v128.load(to + i), v128.load(before + i), m0));
    v128.store(to + i, v128.bitselect(v128.load(to + i, 16), v128.load(before + i, 16), m1), 16);
  }
}

/** d += via ⊙ factors. Forward: the matrix products read h ⊙ factors. */
export function scaleStateBackward(d: usize, via: usize, factors: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) {
    v128.store(d + i, f32x4.add(v128.load(d + i), f32x4.mul(v128.load(via + i), v128.load(factors + i))));
  }
}
