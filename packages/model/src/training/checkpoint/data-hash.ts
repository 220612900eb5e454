import type { Sequences, StridedRows } from "../../tensors/sequences.js";

/**
 * A hash of 64 bits of samples and their initial states, by which a checkpoint notices other data of the same shape. It is the same in every
 * engine, and no protection against data that were made to collide.
 */
export function dataHash({ x, y, weights, flags }: Sequences, states: StridedRows | undefined): string {
  const hash = new Uint32Array([0x243f6a88, 0x85a308d3]);
  const arrays = new Set([x, y, weights, states].map((rows) => rows?.data)); // windows share the arrays of x and y
  for (const data of arrays) if (data) mix(hash, new Uint32Array(data.buffer, data.byteOffset, data.length));
  for (const rows of [x, y, weights, states]) {
    mix(hash, rows ? Uint32Array.of(rows.starts.length, rows.stride) : Uint32Array.of(0));
    if (rows) mix(hash, rows.starts);
  }
  if (flags) mix(hash, flags);
  return [...hash].map((word) => word.toString(16).padStart(8, "0")).join("");
}

/** Mixes words into a hash. Each of the steps is invertible, so that one other word always gives another hash. */
function mix(hash: Uint32Array, words: Uint32Array | Uint8Array): void {
  let [a, b] = [hash[0]!, hash[1]! ^ words.length];
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    a ^= word;
    a = Math.imul((a << 15) | (a >>> 17), 0x9e3779b1);
    b ^= word;
    b = Math.imul((b << 13) | (b >>> 19), 0x85ebca77);
  }
  hash[0] = a ^ (a >>> 15);
  hash[1] = b ^ (b >>> 16);
}
