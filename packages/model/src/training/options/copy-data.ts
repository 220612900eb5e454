/**
 * A deep copy of data that are sent to a worker: the caller may write into the originals once `fit` has returned. Arrays that are shared
 * between parts are copied once; memory that is shared between threads becomes memory of its own.
 */
export function copyData<T>(data: T, copies = new Map<unknown, unknown>()): T {
  if (typeof data !== "object" || data === null) return data;
  let copy = copies.get(data);
  if (copy === undefined) {
    if (ArrayBuffer.isView(data)) copy = (data as unknown as Float32Array).slice();
    else if (Array.isArray(data)) copy = data.map((value) => copyData(value, copies));
    else copy = Object.fromEntries(Object.entries(data).map(([key, value]) => [key, copyData(value, copies)]));
    copies.set(data, copy);
  }
  return copy as T;
}
