import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { Tensor } from "@sluice/model";

function littleEndian(values: ArrayLike<number>, size: 4 | 8): Uint8Array {
  const bytes = new Uint8Array(values.length * size);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < values.length; i++) {
    const at = i * size;
    const value = values[i]!;
    if (size === 4) view.setFloat32(at, value, true);
    // engines disagree on the bits of a NaN: a missing value is always this one
    else if (Number.isNaN(value)) view.setBigUint64(at, 0x7ff8000000000000n, true);
    else view.setFloat64(at, value, true);
  }
  return bytes;
}

/**
 * SHA-256, in hex, over a state dictionary: names sorted by code unit, each tensor row-major little-endian f32.
 * @throws RangeError for a number that is not finite.
 */
export function fingerprint(tensors: Readonly<Record<string, Tensor>>): string {
  const hash = sha256.create();
  for (const name of Object.keys(tensors).sort()) hash.update(tensorBytes(name, tensors[name]!));
  return bytesToHex(hash.digest());
}

/** The SHA-256 of each tensor by itself, by which a comparison can name the first that differs. */
export function tensorHashes(tensors: Readonly<Record<string, Tensor>>): Record<string, string> {
  const hashes: Record<string, string> = {};
  for (const name of Object.keys(tensors).sort()) {
    hashes[name] = bytesToHex(sha256(tensorBytes(name, tensors[name]!)));
  }
  return hashes;
}

function tensorBytes(name: string, { data }: Tensor): Uint8Array {
  const bad = data.findIndex((v) => !Number.isFinite(v));
  if (bad >= 0) throw new RangeError(`${name}: expected finite numbers, got ${data[bad]} at ${bad}`);
  return littleEndian(data, 4);
}

/** SHA-256, in hex, over a column: the unit of time, then times and values as little-endian f64. */
export function dataHash(unit: string, times: Float64Array, values: Float64Array): string {
  const hash = sha256.create();
  hash
    .update(utf8ToBytes(`${unit}\n`))
    .update(littleEndian(times, 8))
    .update(littleEndian(values, 8));
  return bytesToHex(hash.digest());
}
