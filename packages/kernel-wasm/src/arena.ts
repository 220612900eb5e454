/** A run of 4-byte elements in kernel memory. `offset` is in bytes, a multiple of 64. */
export interface Block {
  readonly offset: number;
  readonly length: number;
}

/** Named sizes, in 4-byte elements, in the order in which they are laid out. */
export type Plan<Name extends string> = Readonly<Record<Name, number>>;

/** The part of a `WebAssembly.Memory` that an arena uses; the name would need the DOM library. */
export interface GrowableMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

const PAGE = 65536;
const LINE = 64;
/** What 32-bit addresses reach. */
const LIMIT = 0x100000000;

/** The bytes that a block of `length` elements takes: whole cache lines. */
export function blockBytes(length: number): number {
  return Math.ceil((length * 4) / LINE) * LINE;
}

/**
 * Hands out kernel memory from the bottom up and takes it back by `release`, last in, first out.
 * A growing memory detaches every view of it, so views are made anew for each use: keep blocks, not views.
 */
export class Arena {
  readonly #memory: GrowableMemory;
  #top: number;
  /** The end of what was ever handed out: engines give zeros beyond. */
  #used: number;

  constructor(memory: GrowableMemory, base: number) {
    this.#memory = memory;
    this.#top = Math.ceil(base / LINE) * LINE;
    this.#used = this.#top;
  }

  /** The first free byte: what `release` goes back to. */
  get top(): number {
    return this.#top;
  }

  /**
   * Lays out a plan, each block at the start of a cache line and filled with zeros, or with whatever was there before.
   * @throws RangeError where the plan does not fit in the 4 GiB of a 32-bit memory.
   */
  allocate<Name extends string>(plan: Plan<Name>, { zeros = true } = {}): Record<Name, Block> {
    const blocks = {} as Record<Name, Block>;
    const start = this.#top;
    let top = start;
    for (const name of Object.keys(plan) as Name[]) {
      blocks[name] = { offset: top, length: plan[name] };
      top += blockBytes(plan[name]);
    }
    this.#grow(top);
    if (zeros) new Uint8Array(this.#memory.buffer).fill(0, start, Math.min(top, this.#used));
    this.#top = top;
    this.#used = Math.max(this.#used, top);
    return blocks;
  }

  /** Gives back everything allocated since `top` was read. */
  release(top: number): void {
    this.#top = top;
  }

  #grow(bytes: number): void {
    const have = this.#memory.buffer.byteLength;
    if (bytes <= have) return;
    const message = `kernel memory: expected at most ${LIMIT} bytes, got a plan of ${bytes}; use a smaller batch, fewer steps or fewer units`;
    if (bytes > LIMIT) throw new RangeError(message);
    try {
      this.#memory.grow(Math.ceil((bytes - have) / PAGE));
    } catch (cause) {
      throw new RangeError(
        `kernel memory: the engine gave no ${bytes} bytes; use a smaller batch, fewer steps or fewer units`,
        { cause },
      );
    }
  }
}
