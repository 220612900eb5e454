/** Numbers as little-endian f32 (size 4) or f64 (size 8). */
export function littleEndian(values: ArrayLike<number>, size: 4 | 8): Uint8Array {
  const bytes = new Uint8Array(values.length * size);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < values.length; i++) {
    const at = i * size;
    const value = values[i]!;
    if (size === 4) view.setFloat32(at, value, true);
    // engines differ in the bits of NaN: a missing value always has these
    else if (Number.isNaN(value)) view.setBigUint64(at, 0x7ff8000000000000n, true);
    else view.setFloat64(at, value, true);
  }
  return bytes;
}
