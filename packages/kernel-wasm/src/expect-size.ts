import type { Block } from "./arena.js";

/** The offset of a block of at least `length` floats. @throws RangeError with both sizes where it is smaller. */
export function offsetOf(name: string, block: Block, length: number): number {
  if (block.length < length) throw new RangeError(`${name}: expected ${length} floats, got ${block.length}`);
  return block.offset;
}

/** @throws RangeError where n is no multiple of 4, the lanes of a vector. */
export function expectMultipleOf4(name: string, n: number): void {
  if (n % 4 !== 0) throw new RangeError(`${name}: expected a multiple of 4, got ${n}`);
}
