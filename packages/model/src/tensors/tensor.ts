/** Row-major numbers and their shape. */
export interface Tensor {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

/**
 * Creates a tensor of `data`, which is not copied.
 * @throws TypeError for data that are not a Float32Array; RangeError if their length is not the product of the shape.
 */
export function tensor(data: Float32Array, shape: readonly number[]): Tensor {
  if (!(data instanceof Float32Array))
    throw new TypeError(`tensor data: expected a Float32Array, got ${typeof data}`);
  if (!shape.every((n) => Number.isInteger(n) && n >= 0)) {
    throw new RangeError(`tensor shape: expected integers of at least 0, got [${shape}]`);
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

/** @throws RangeError for a tensor of another shape than `expected`, in which −1 stands for any size. */
export function expectShape(name: string, { data, shape }: Tensor, expected: readonly number[]): void {
  const matches = shape.length === expected.length && expected.every((n, i) => n === -1 || n === shape[i]);
  if (!matches || sizeOf(shape) !== data.length) {
    const sizes = expected.map((n) => (n === -1 ? "any" : n)).join(", ");
    throw new RangeError(
      `${name}: expected shape [${sizes}], got [${shape.join(", ")}] with ${data.length} elements`,
    );
  }
}

/** @throws RangeError that states the first element which is NaN or infinite. */
export function expectFinite(name: string, data: Float32Array): void {
  // built-in searches: engines interpret a loop for milliseconds before they compile it
  if (![Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].some((bad) => data.includes(bad))) return;
  throwNotFinite(
    name,
    data,
    data.findIndex((value) => !Number.isFinite(value)),
  );
}

/** @throws RangeError, because the element at `index` is NaN or infinite. */
export function throwNotFinite(name: string, data: Float32Array, index: number): never {
  throw new RangeError(`${name}: expected finite numbers, got ${data[index]} at element ${index}`);
}
