import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { littleEndian } from "./little-endian.js";

/** SHA-256, in hex, over a column: the unit of time, then times and values as little-endian f64. */
export function dataHash(unit: string, times: Float64Array, values: Float64Array): string {
  const hash = sha256.create();
  hash
    .update(utf8ToBytes(`${unit}\n`))
    .update(littleEndian(times, 8))
    .update(littleEndian(values, 8));
  return bytesToHex(hash.digest());
}
