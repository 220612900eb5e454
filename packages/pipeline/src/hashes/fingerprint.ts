import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import type { Tensor } from "@sluice/model";
import { littleEndian } from "./little-endian.js";

/**
 * SHA-256, in hex, over a state dictionary: names sorted by code unit, each tensor row-major little-endian f32.
 * @throws RangeError for a number that is not finite.
 */
export function fingerprint(tensors: Readonly<Record<string, Tensor>>): string {
  const hash = sha256.create();
  for (const name of Object.keys(tensors).sort()) hash.update(tensorBytes(name, tensors[name]!));
  return bytesToHex(hash.digest());
}

/** The SHA-256 of each tensor, so that a comparison can name the first that differs. */
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
