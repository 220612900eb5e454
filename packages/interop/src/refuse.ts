/** Ends reading or writing with what was expected and what came. */
export function refuse(where: string, expected: string, got: unknown): never {
  throw new RangeError(`${where}: expected ${expected}, got ${typeof got === "object" ? JSON.stringify(got) : got}`);
}
