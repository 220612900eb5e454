/**
 * Throws a TypeError for a file that is not given as its bytes.
 * @internal
 */
export function expectBytes(name: string, value: unknown): asserts value is Uint8Array {
  if (value instanceof Uint8Array) return;
  const got = typeof value === "object" && value !== null ? (value.constructor?.name ?? "an object") : typeof value;
  const advice = value instanceof ArrayBuffer ? "; pass new Uint8Array(buffer)" : "";
  throw new TypeError(`${name}: expected the file's bytes, a Uint8Array, got ${got}${advice}`);
}
