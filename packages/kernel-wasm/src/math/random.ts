import { log } from "./log.js";
import { philox4x32 } from "./philox.js";
import { cos, sin } from "./trigonometry.js";

/** Words of a stream under a key, four a block, from `block` on: as many blocks as it likes, at least one. */
export type WordSource = (block: number, stream: number, key: readonly [number, number]) => ArrayLike<number>;

const oneBlock: WordSource = (block, stream, key) => philox4x32([...halves(block), stream, 0], key);

/** The 32 lower bits of a whole number, and the rest. */
export const halves = (n: number): [number, number] => [n >>> 0, Math.floor(n / 0x100000000)];

/** Where a generator stands: plain numbers, to be stored. */
export interface RandomState {
  readonly seed: number;
  readonly stream: number;
  /** 32-bit words drawn so far. */
  readonly position: number;
  /** The second half of a pair of normal draws, where one is left. */
  readonly spare: number | null;
}

/**
 * A seeded generator on Philox4x32-10: word `position` of a stream is a function of the seed, the stream and the position alone,
 * so streams never overlap and every engine draws the same numbers.
 */
export class Random {
  readonly #seed: number;
  readonly #stream: number;
  readonly #source: WordSource;
  #position = 0;
  #spare: number | null = null;
  #words: ArrayLike<number> = [];
  /** The position of the first of them. */
  #start = 0;

  /**
   * @param seed a whole number from 0 to 2⁵³ − 1
   * @param stream a whole number from 0 to 2³² − 1: generators of one seed and different streams are independent
   * @param source where its words come from: `randomWords` of a kernel is faster, and gives the same
   * @throws RangeError for other numbers.
   */
  constructor(seed: number, stream = 0, source = oneBlock) {
    if (!Number.isSafeInteger(seed) || seed < 0)
      throw new RangeError(`seed: expected a whole number from 0 to 2^53 - 1, got ${seed}`);
    if (!Number.isInteger(stream) || stream < 0 || stream > 0xffffffff) {
      throw new RangeError(`stream: expected a whole number from 0 to 2^32 - 1, got ${stream}`);
    }
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

  /** Normal with mean 0 and variance 1, by the method of Box & Muller (1958), two draws at a time. */
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
   * A whole number from 0 to n − 1, each equally likely: draws past the last multiple of n are drawn again.
   * @throws RangeError for n outside 1 … 2³².
   */
  below(n: number): number {
    if (!Number.isInteger(n) || n < 1 || n > 0x100000000)
      throw new RangeError(`below: expected a whole number from 1 to 2^32, got ${n}`);
    const limit = 0x100000000 - (0x100000000 % n);
    for (;;) {
      const word = this.uint32();
      if (word < limit) return word % n;
    }
  }

  /** Puts the elements into a random order, in place (Fisher & Yates; Durstenfeld 1964). */
  shuffle(elements: Uint32Array): void {
    for (let i = elements.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const moved = elements[i]!;
      elements[i] = elements[j]!;
      elements[j] = moved;
    }
  }

  state(): RandomState {
    return { seed: this.#seed, stream: this.#stream, position: this.#position, spare: this.#spare };
  }

  /** The generator that stood at `state`. */
  static from({ seed, stream, position, spare }: RandomState): Random {
    const random = new Random(seed, stream);
    random.#position = position;
    random.#spare = spare;
    return random;
  }
}
