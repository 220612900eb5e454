import { Arena, type Block } from "./arena.js";
import { compileKernel, type KernelModule, type KernelSource } from "./instantiate.js";
import type { KernelExports } from "./kernel-exports.js";
import { OutOfMemoryError } from "./out-of-memory-error.js";
import type { Pointer } from "./pointer.js";

/** One instance of the kernel with its own memory. */
export class Kernel {
  readonly arena: Arena;
  /** The compiled code, from which `create` makes another instance. */
  readonly module: KernelModule;
  readonly #memory: WebAssembly.Memory;
  /**
   * The functions of the instance. They check nothing, so only this package calls them (a lint rule enforces this): its functions check each
   * block against the size that a call needs.
   * @internal
   */
  readonly exports: KernelExports;

  private constructor(module: KernelModule) {
    const { memory, ...functions } = instantiate(module).exports;
    this.module = module;
    this.#memory = memory as WebAssembly.Memory;
    this.exports = functions as unknown as KernelExports;
    this.arena = new Arena(this.#memory, this.exports.heapBase());
  }

  /**
   * Compiles the kernel (once for all instances, unless `source` is given) and instantiates it.
   * @throws Error if the engine cannot run it; OutOfMemoryError if the engine has no memory for another instance.
   */
  static async create(source?: KernelSource): Promise<Kernel> {
    return new Kernel(await compileKernel(source));
  }

  /** Bytes of this instance's memory. */
  get byteLength(): number {
    return this.#memory.buffer.byteLength;
  }

  /** A view of a block, valid until the memory grows. */
  floats({ offset, length }: Block): Float32Array {
    return new Float32Array(this.#memory.buffer, offset, length);
  }

  /** Sets a block to zero. A whole block has no size to check it against; beyond the memory, WebAssembly throws. */
  clear({ offset, length }: Block): void {
    this.exports.clear(offset as Pointer, length * 4);
  }

  /** A view of a block as bytes, valid until the memory grows. */
  bytes({ offset, length }: Block): Uint8Array {
    return new Uint8Array(this.#memory.buffer, offset, length * 4);
  }

  /** A view of a block as unsigned integers, valid until the memory grows. */
  integers({ offset, length }: Block): Uint32Array {
    return new Uint32Array(this.#memory.buffer, offset, length);
  }
}

function instantiate(module: KernelModule): WebAssembly.Instance {
  try {
    return new WebAssembly.Instance(module);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new OutOfMemoryError(
      "kernel: out of WebAssembly memory (some engines allow about 100 instances); call dispose() on networks that are no longer used",
      { cause },
    );
  }
}
