import { OutOfMemoryError } from "./out-of-memory-error.js";

/** Consecutive 4-byte elements in kernel memory. `offset` is in bytes. */
export interface Block {
  readonly offset: number;
  readonly length: number;
}

/** Sizes of blocks by name, in 4-byte elements, in memory order. */
export type Plan<Name extends string> = Readonly<Record<Name, number>>;

/** The part of a `WebAssembly.Memory` that an arena uses; that name would require the DOM library. */
export interface GrowableMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

const PAGE = 65536;
const LINE = 64;
/** The bytes that 32-bit addresses can reach. */
const LIMIT = 0x100000000;

/** The bytes of a block of `length` elements, rounded up to whole cache lines. */
export function blockBytes(length: number): number {
  return Math.ceil((length * 4) / LINE) * LINE;
}

/**
 * A stack allocator for kernel memory. Growing the memory detaches its typed arrays, so keep blocks, and create a view for each use.
 */
export class Arena {
  readonly #memory: GrowableMemory;
  #top: number;
  /** The end of all memory ever allocated; beyond it, memory is zero. */
  #used: number;

  constructor(memory: GrowableMemory, base: number) {
    this.#memory = memory;
    this.#top = Math.ceil(base / LINE) * LINE;
    this.#used = this.#top;
  }

  /** The first free byte, to pass to `release`. */
  get top(): number {
    return this.#top;
  }

  /**
   * Allocates the blocks of a plan, each aligned to a cache line. Without `zeros`, they keep what the memory held before.
   * @throws RangeError if the plan exceeds the 4 GiB of a 32-bit memory; OutOfMemoryError if the engine has no memory left.
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

  /** Frees everything allocated since `top` was read. */
  release(top: number): void {
    this.#top = top;
  }

  #grow(bytes: number): void {
    const have = this.#memory.buffer.byteLength;
    if (bytes <= have) return;
    const smaller = "use a smaller batch, fewer steps or fewer units";
    if (bytes > LIMIT)
      throw new RangeError(`kernel memory: expected at most ${LIMIT} bytes, got a plan of ${bytes}; ${smaller}`);
    try {
      this.#memory.grow(Math.ceil((bytes - have) / PAGE));
    } catch (cause) {
      throw new OutOfMemoryError(
        `kernel: out of WebAssembly memory (${bytes} bytes); call dispose() on networks that are no longer used, or ${smaller}`,
        { cause },
      );
    }
  }
}
