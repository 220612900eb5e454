import { expectInteger } from "../checks/index.js";
import { log } from "./log.js";
import { philox4x32 } from "./philox.js";
import { cos, sin } from "./trigonometry.js";

/** Returns the words of a stream under a key, from a given block on: four words for each block, at least one block. */
export type WordSource = (block: number, stream: number, key: readonly [number, number]) => ArrayLike<number>;

const oneBlock: WordSource = (block, stream, key) => philox4x32([...halves(block), stream, 0], key);

/** The low 32 bits of an integer, and the bits above them. */
export const halves = (n: number): [number, number] => [n >>> 0, Math.floor(n / 0x100000000)];

/**
 * A seeded generator based on Philox4x32-10. Word `position` of a stream depends only on the seed, the stream and the position, so streams
 * never overlap and every engine draws the same numbers.
 */
export class Random {
  readonly #seed: number;
  readonly #stream: number;
  readonly #source: WordSource;
  #position = 0;
  #spare: number | null = null;
  #words: ArrayLike<number> = [];
  /** The position of the first word in `#words`. */
  #start = 0;

  /**
   * @param seed an integer from 0 to 2⁵³ − 1
   * @param stream an integer from 0 to 2³² − 1; generators with the same seed and different streams are independent
   * @param source computes the words; `randomWords` of a kernel is faster and gives the same words
   * @throws RangeError for a seed or stream out of range.
   */
  constructor(seed: number, stream = 0, source = oneBlock) {
    expectInteger("seed", seed, 0, Number.MAX_SAFE_INTEGER);
    expectInteger("stream", stream, 0, 0xffffffff);
    this.#seed = seed;
    this.#stream = stream;
    this.#source = source;
  }

  /** 32 random bits as an unsigned integer. */
  uint32(): number {
    if (this.#position >= this.#start + this.#words.length) {
      const block = Math.floor(this.#position / 4);
      this.#words = this.#source(block, this.#stream, halves(this.#seed));
      this.#start = 4 * block;
    }
    return this.#words[this.#position++ - this.#start]!;
  }

  /** Uniform on [0, 1), with 53 random bits. */
  uniform(): number {
    const high = this.uint32() >>> 5;
    const low = this.uint32() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }

  /** Normal with mean 0 and variance 1, by the method of Box & Muller (1958), which gives two draws at a time. */
  normal(): number {
    if (this.#spare !== null) {
      const value = this.#spare;
      this.#spare = null;
      return value;
    }
    const radius = Math.sqrt(-2 * log(1 - this.uniform()));
    const angle = 2 * Math.PI * this.uniform();
    this.#spare = radius * sin(angle);
    return radius * cos(angle);
  }

  /**
   * Uniform on the integers from 0 to n − 1. Words beyond the last multiple of n are rejected.
   * @throws RangeError if n is not an integer from 1 to 2³².
   */
  below(n: number): number {
    expectInteger("below", n, 1, 0x100000000);
    const limit = 0x100000000 - (0x100000000 % n);
    for (;;) {
      const word = this.uint32();
      if (word < limit) return word % n;
    }
  }

  /** Shuffles the elements in place (Fisher & Yates; Durstenfeld 1964). */
  shuffle(elements: Uint32Array): void {
    for (let i = elements.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const moved = elements[i]!;
      elements[i] = elements[j]!;
      elements[j] = moved;
    }
  }
}
