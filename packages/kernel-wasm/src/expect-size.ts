import type { Block } from "./arena.js";

/** The offset of a block of at least `length` floats. @throws RangeError with both sizes where it is smaller. */
export function offsetOf(name: string, block: Block, length: number): number {
  if (block.length < length) throw new RangeError(`${name}: expected ${length} floats, got ${block.length}`);
  return block.offset;
}

/** @throws RangeError where n is no multiple of `of`, the numbers that a loop of the kernel takes at a time. */
export function expectMultiple(name: string, n: number, of: number): void {
  if (n % of !== 0) throw new RangeError(`${name}: expected a multiple of ${of}, got ${n}`);
}
