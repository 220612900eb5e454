import type { Kernel } from "./kernel.js";
import { halves, type WordSource } from "./math/random.js";
import { pointerTo } from "./pointer.js";

/** Blocks of four words for each call of the kernel. */
const BLOCKS = 256;

/** A source of words for `Random` that the kernel computes, with the same bits. It allocates its buffer from the arena. */
export function randomWords(kernel: Kernel): WordSource {
  const { words } = kernel.arena.allocate({ words: 4 * BLOCKS });
  const to = pointerTo("words", words, 4 * BLOCKS);
  return (block, stream, key) => {
    kernel.exports.randomWords(to, ...halves(block), BLOCKS, stream, ...key);
    return kernel.integers(words).slice();
  };
}
