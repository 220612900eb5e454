/**
 * Checks of arguments, for every package above this one. Each throws a TypeError for a value of the wrong type and a
 * RangeError for a value out of range; the message names the argument, what was expected and what was given.
 */

/** An integer from `low` to `high`. */
export function expectInteger(name: string, value: unknown, low: number, high = Number.MAX_SAFE_INTEGER): void {
  if (typeof value !== "number") throw new TypeError(`${name}: expected a number, got ${typeof value}`);
  if (!Number.isInteger(value) || value < low || value > high) {
    throw new RangeError(`${name}: expected an integer from ${low} to ${high}, got ${value}`);
  }
}

/** A finite number for which `isValid` holds; `expected` describes such numbers in the message. */
export function expectNumber(name: string, value: unknown, isValid: (x: number) => boolean, expected: string): void {
  if (typeof value !== "number") throw new TypeError(`${name}: expected a number, got ${typeof value}`);
  if (!Number.isFinite(value) || !isValid(value)) throw new RangeError(`${name}: expected ${expected}, got ${value}`);
}

export function expectBoolean(name: string, value: unknown): void {
  if (typeof value !== "boolean") throw new TypeError(`${name}: expected true or false, got ${typeof value}`);
}

/** One of a list of words. */
export function expectOneOf<T extends string>(name: string, value: unknown, allowed: readonly T[]): void {
  if (!(allowed as readonly unknown[]).includes(value)) {
    throw new RangeError(`${name}: expected ${allowed.join(", ")}, got ${String(value)}`);
  }
}

/** The type of a value for messages: `undefined`, `null`, `number`, … or the name of an object's class. */
export function typeName(value: unknown): string {
  if (value === null) return "null";
  return typeof value === "object" ? (value.constructor?.name ?? "object") : typeof value;
}

/** An object that is not an array. */
export function expectObject(name: string, value: unknown, allowed: readonly string[]): void {
  if (typeof value !== "object" || value === null || Array.isArray(value) || ArrayBuffer.isView(value)) {
    const got = typeof value === "number" || typeof value === "string" ? JSON.stringify(value) : typeName(value);
    throw new TypeError(`${name}: expected an object with ${allowed.join(", ")}, got ${got}`);
  }
}

/** An object without unknown keys, so that a misspelled option is an error. */
export function expectKeys(name: string, value: object, allowed: readonly string[]): void {
  expectObject(name, value, allowed);
  for (const key of Object.keys(value)) {
    if (!allowed.includes(key)) throw new RangeError(`${name}: expected ${allowed.join(", ")}, got "${key}"`);
  }
}

export function expectPositive(name: string, value: unknown): void {
  expectNumber(name, value, (x) => x > 0, "a number above 0");
}

export function expectNonNegative(name: string, value: unknown): void {
  expectNumber(name, value, (x) => x >= 0, "a number of at least 0");
}

/** A number from 0 to below 1. */
export function expectFraction(name: string, value: unknown): void {
  expectNumber(name, value, (x) => x >= 0 && x < 1, "a number from 0 to below 1");
}
