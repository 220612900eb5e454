/** The results of a case: a short hash of each array, by name; `losses` are the bits of each epoch's loss, in hexadecimal. */
export type CaseRecord = Record<string, string>;

/** The arrays of a case, by name. */
export type CaseNumbers = Readonly<Record<string, Float32Array | Float64Array | readonly number[]>>;

/**
 * Creates the record of a case. Arrays of plain numbers are hashed as f64.
 * @throws RangeError for a number that is not finite, because the bits of a NaN differ between engines.
 */
export async function recordOf(numbers: CaseNumbers, losses: readonly number[] = []): Promise<CaseRecord> {
  const record: CaseRecord = losses.length > 0 ? { losses: losses.map(bitsOf).join(" ") } : {};
  for (const [name, values] of Object.entries(numbers)) record[name] = await hashOf(name, values);
  return record;
}

/** The first 64 bits of the SHA-256 over the little-endian numbers. */
async function hashOf(name: string, values: CaseNumbers[string]): Promise<string> {
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new RangeError(`${name}: expected finite numbers, got ${values[bad]} at ${bad}`);
  const copy = values instanceof Float32Array ? values.slice() : Float64Array.from(values);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", copy.buffer));
  return Array.from(digest.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The 64 bits of a number, in hexadecimal. */
function bitsOf(value: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0).toString(16).padStart(16, "0");
}
