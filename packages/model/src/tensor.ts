/** Numbers with a shape, row-major. */
export interface Tensor {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

/**
 * A tensor of `data`, which is not copied.
 * @throws RangeError where the shape's product is not the length of `data`.
 */
export function tensor(data: Float32Array, shape: readonly number[]): Tensor {
  if (!(data instanceof Float32Array))
    throw new TypeError(`tensor data: expected a Float32Array, got ${typeof data}`);
  if (!shape.every((n) => Number.isInteger(n) && n >= 0)) {
    throw new RangeError(`tensor shape: expected whole numbers, got [${shape}]`);
  }
  const size = sizeOf(shape);
  if (size !== data.length) {
    throw new RangeError(`tensor [${shape}]: expected ${size} elements, got ${data.length}`);
  }
  return { data, shape };
}

/** The number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1);
}

/** Refuses a tensor of another shape; −1 stands for any size. */
export function expectShape(name: string, { data, shape }: Tensor, expected: readonly number[]): void {
  const fits = shape.length === expected.length && expected.every((n, i) => n === -1 || n === shape[i]);
  if (!fits || sizeOf(shape) !== data.length) {
    const words = expected.map((n) => (n === -1 ? "any" : n)).join(", ");
    throw new RangeError(
      `${name}: expected shape [${words}], got [${shape.join(", ")}] with ${data.length} elements`,
    );
  }
}
