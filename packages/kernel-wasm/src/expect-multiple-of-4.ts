/** @throws RangeError if n is not a multiple of 4, the number of f32 lanes of a vector. */
export function expectMultipleOf4(name: string, n: number): void {
  if (n % 4 !== 0) throw new RangeError(`${name}: expected a multiple of 4, got ${n}`);
}
