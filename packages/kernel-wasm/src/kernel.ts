import { Arena, type Block } from "./arena.js";
import { compileKernel, type KernelModule, type KernelSource } from "./instantiate.js";

/** What assembly/index.ts exports, beside its memory: functions of numbers, pointers being byte offsets. */
type Exports = Readonly<Record<ExportName, (...args: number[]) => number>>;

type ExportName =
  | "adam"
  | "addScaled"
  | "clampArray"
  | "clear"
  | "clearIdle"
  | "dropoutUnits"
  | "expArray"
  | "fillUnit"
  | "firstNonFinite"
  | "gatherPanels"
  | "gruBackward"
  | "gruForward"
  | "gruSteps"
  | "headBackward"
  | "headForward"
  | "headGradient"
  | "heapBase"
  | "inputGradient"
  | "layMasks"
  | "logArray"
  | "loss"
  | "matmulGradient"
  | "matmulPanel"
  | "moveUnits"
  | "packSteps"
  | "packTransposed"
  | "packWeights"
  | "penalize"
  | "randomWords"
  | "rmsprop"
  | "scaleBlock"
  | "scatterPanels"
  | "sgd"
  | "sigmoidArray"
  | "sumSquares"
  | "tanhArray";

/**
 * One instance of the kernel with a memory of its own. The functions beside it call it, each checking every block against
 * the sizes it needs; a block that is too small is a RangeError with both numbers.
 */
export class Kernel {
  readonly arena: Arena;
  /** The compiled code, for another instance of the same. */
  readonly module: KernelModule;
  readonly #memory: WebAssembly.Memory;
  /** @internal The functions of this package check what they pass. */
  readonly exports: Exports;

  private constructor(module: KernelModule) {
    const { memory, ...functions } = instantiate(module).exports;
    this.module = module;
    this.#memory = memory as WebAssembly.Memory;
    this.exports = functions as unknown as Exports;
    this.arena = new Arena(this.#memory, this.exports.heapBase());
  }

  /**
   * Compiles the kernel (once for all instances, unless `source` is given) and instantiates it.
   * @throws Error where the engine cannot run it; RangeError where it holds as many kernels as it can.
   */
  static async create(source?: KernelSource): Promise<Kernel> {
    return new Kernel(await compileKernel(source));
  }

  /** Bytes of memory held by this instance. */
  get byteLength(): number {
    return this.#memory.buffer.byteLength;
  }

  /** A view of a block, valid until the memory grows. */
  floats({ offset, length }: Block): Float32Array {
    return new Float32Array(this.#memory.buffer, offset, length);
  }

  /** Sets a block to zero. */
  clear({ offset, length }: Block): void {
    this.exports.clear(offset, length * 4);
  }

  /** The same as bytes. */
  bytes({ offset, length }: Block): Uint8Array {
    return new Uint8Array(this.#memory.buffer, offset, length * 4);
  }

  /** The same as unsigned integers. */
  integers({ offset, length }: Block): Uint32Array {
    return new Uint32Array(this.#memory.buffer, offset, length);
  }
}

function instantiate(module: KernelModule): WebAssembly.Instance {
  try {
    return new WebAssembly.Instance(module);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new RangeError(
      "kernel: the engine gave no memory for another one; some engines hold about a hundred at once: let go of those that are not needed",
      { cause },
    );
  }
}
