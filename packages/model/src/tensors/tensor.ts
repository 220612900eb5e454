import { typeName } from "@sluice/kernel-wasm/checks";

/** Row-major numbers and their shape. */
export interface Tensor {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

/** Numbers, or booleans for 1 and 0, in nested arrays: `[[[1], [2]]]` has the shape [1, 2, 1]. */
export interface NestedNumbers extends ReadonlyArray<number | boolean | NestedNumbers> {}

/** What is accepted as a tensor: a tensor, one with other arrays of numbers, which are rounded to 32 bits, or nested arrays. */
export type TensorLike = { readonly data: ArrayLike<number>; readonly shape: readonly number[] } | NestedNumbers;

/**
 * Creates a tensor. A Float32Array is not copied; other numbers are rounded to 32 bits. The shape of nested arrays can be left out.
 * @throws TypeError for other data; RangeError if their length is not the product of the shape.
 */
export function tensor(data: ArrayLike<number> | NestedNumbers, shape?: readonly number[]): Tensor {
  const nested =
    Array.isArray(data) && (!shape || Array.isArray(data[0])) ? toTensor("tensor data", data) : undefined;
  if (nested && !shape) return nested;
  const floats = nested?.data ?? toFloats("tensor data", data);
  if (!Array.isArray(shape) || !shape.every((n) => Number.isInteger(n) && n >= 0)) {
    throw new RangeError(`tensor shape: expected integers of at least 0, got [${shape}]`);
  }
  const size = sizeOf(shape);
  if (size !== floats.length) {
    throw new RangeError(`tensor [${shape}]: expected ${size} elements, got ${floats.length}`);
  }
  return { data: floats, shape };
}

/**
 * Returns x (B,T,F), samples first, with the steps first: (T,B,F).
 * @throws TypeError or RangeError for something else than a tensor with three axes.
 */
export function timeMajor(x: TensorLike): Tensor {
  const given = toTensor("x", x);
  expectShape("x", given, [-1, -1, -1]);
  const [B, T, F] = given.shape as [number, number, number];
  const data = new Float32Array(given.data.length);
  for (let b = 0; b < B; b++) {
    for (let t = 0; t < T; t++) {
      const at = (b * T + t) * F;
      data.set(given.data.subarray(at, at + F), (t * B + b) * F);
    }
  }
  return { data, shape: [T, B, F] };
}

/**
 * Converts a value that is accepted as a tensor.
 * @throws TypeError for another value; RangeError for arrays of different lengths.
 */
export function toTensor(name: string, value: TensorLike): Tensor {
  if (Array.isArray(value)) {
    const shape: number[] = [];
    for (let level: unknown = value; Array.isArray(level); level = level[0]) shape.push(level.length);
    const data = new Float32Array(sizeOf(shape));
    fillNested(name, data, 0, value, shape);
    return { data, shape };
  }
  const { data, shape } = (value ?? {}) as Partial<Tensor>;
  if (!data || !Array.isArray(shape)) {
    throw new TypeError(
      `${name}: expected a tensor or nested arrays of numbers, got ${typeName(value)}; write tensor(values, shape)`,
    );
  }
  return data instanceof Float32Array ? { data, shape } : { data: toFloats(name, data), shape };
}

/** Writes nested arrays of a shape into `data`, beginning at element `at`. */
function fillNested(name: string, data: Float32Array, at: number, values: unknown, shape: readonly number[]): void {
  const [length = 0, ...inner] = shape;
  const isRow = Array.isArray(values) && values.length === length;
  if (!isRow) throw new RangeError(`${name}: expected nested arrays of the same lengths, got others`);
  const size = sizeOf(inner);
  values.forEach((value: unknown, i) => {
    if (inner.length > 0) fillNested(name, data, at + i * size, value, inner);
    else data[at + i] = toNumber(name, value);
  });
}

function toFloats(name: string, values: unknown): Float32Array {
  if (values instanceof Float32Array) return values;
  const isList = ArrayBuffer.isView(values) || Array.isArray(values);
  if (!isList || values instanceof DataView || values instanceof BigInt64Array || values instanceof BigUint64Array)
    throw new TypeError(`${name}: expected a Float32Array or another array of numbers, got ${typeName(values)}`);
  return Float32Array.from(values as ArrayLike<unknown>, (value) => toNumber(name, value));
}

function toNumber(name: string, value: unknown): number {
  if (typeof value !== "number" && typeof value !== "boolean")
    throw new TypeError(`${name}: expected numbers, got ${typeName(value)}`);
  return Number(value);
}

/** The number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1);
}

/** @throws RangeError for a tensor of another shape than `expected`, in which −1 stands for any size; the message ends with `hint`. */
export function expectShape(name: string, { data, shape }: Tensor, expected: readonly number[], hint = ""): void {
  const matches = shape.length === expected.length && expected.every((n, i) => n === -1 || n === shape[i]);
  if (!matches || sizeOf(shape) !== data.length) {
    const sizes = expected.map((n) => (n === -1 ? "any" : n)).join(", ");
    throw new RangeError(
      `${name}: expected shape [${sizes}], got [${shape.join(", ")}] with ${data.length} elements${hint}`,
    );
  }
}

/** What a message about a batch of another shape adds. */
export const STEPS_FIRST = "; axes are (steps, samples, features): timeMajor(x) swaps the first two";

/** @throws RangeError that states the first element which is NaN or infinite. */
export function expectFinite(name: string, data: Float32Array): void {
  if (allFinite(data)) return;
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

/** Whether no element is NaN or infinite. */
export function allFinite(data: Float32Array): boolean {
  // built-in searches: engines interpret a loop for milliseconds before they compile it
  return (
    !data.includes(Number.NaN) && !data.includes(Number.POSITIVE_INFINITY) && !data.includes(Number.NEGATIVE_INFINITY)
  );
}
