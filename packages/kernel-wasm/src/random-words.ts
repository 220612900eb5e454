import type { Kernel } from "./kernel.js";
import { halves, type WordSource } from "./math/random.js";

/** Blocks of four words drawn at a time. */
const BLOCKS = 256;

/** Draws the words of `Random` in the kernel, in memory that it takes from the arena: they have the same bits. */
export function randomWords(kernel: Kernel): WordSource {
  const { words } = kernel.arena.allocate({ words: 4 * BLOCKS });
  return (block, stream, key) => {
    kernel.exports.randomWords(words.offset, ...halves(block), BLOCKS, stream, ...key);
    return kernel.integers(words).slice();
  };
}
