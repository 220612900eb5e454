import type { Block } from "./arena.js";

declare const pointer: unique symbol;

/** A byte offset into kernel memory that was checked against its block. A distinct type, so that passing a size instead does not compile. */
export type Pointer = number & { readonly [pointer]: true };

/** The pointer of an absent buffer. */
export const NULL = 0 as Pointer;

/**
 * A pointer to element `start` of a block of at least `length` elements.
 * @throws RangeError with both lengths if the block is shorter.
 */
export function pointerTo(name: string, block: Block, length: number, start = 0): Pointer {
  if (block.length < length) throw new RangeError(`${name}: expected ${length} floats, got ${block.length}`);
  return (block.offset + start * 4) as Pointer;
}

/** The pointer `bytes` further on. */
export function advance(from: Pointer, bytes: number): Pointer {
  return (from + bytes) as Pointer;
}
