/**
 * Checks of arguments, for every package above this one. Each throws a TypeError for a value of the wrong type and a
 * RangeError for a value out of range; the message names the argument, what was expected and what was given.
 */

/** The most letters of a value in a message. */
const SHOWN = 100;

/** A value as JSON for a message, shortened; values of files may be nested too deeply for JSON.stringify. */
export function show(value: unknown): string {
  let text: string;
  try {
    text = typeof value === "number" ? String(value) : (JSON.stringify(value) ?? String(value));
  } catch {
    return "a deeply nested value";
  }
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

function isNumber(name: string, value: unknown): value is number {
  if (typeof value === "number") return true;
  throw new TypeError(`${name}: expected a number, got ${typeof value}`);
}

/** An integer from `low` to `high`, or of at least `low`. */
export function expectInteger(name: string, value: unknown, low: number, high?: number): void {
  if (isNumber(name, value) && Number.isSafeInteger(value) && value >= low && value <= (high ?? value)) return;
  const range = high === undefined ? `of at least ${low}` : `from ${low} to ${high}`;
  throw new RangeError(`${name}: expected an integer ${range}, got ${value}`);
}

/** A finite number for which `isValid` holds; `expected` describes such numbers in the message. */
export function expectNumber(name: string, value: unknown, isValid: (x: number) => boolean, expected: string): void {
  if (isNumber(name, value) && Number.isFinite(value) && isValid(value)) return;
  throw new RangeError(`${name}: expected ${expected}, got ${value}`);
}

export function expectBoolean(name: string, value: unknown): void {
  if (typeof value !== "boolean") throw new TypeError(`${name}: expected true or false, got ${typeof value}`);
}

/** One of a list of words. */
export function expectOneOf<T extends string>(name: string, value: unknown, allowed: readonly T[]): void {
  if (!(allowed as readonly unknown[]).includes(value)) {
    throw new RangeError(
      `${name}: expected ${allowed.join(", ")}, got ${typeof value === "string" ? value : show(value)}`,
    );
  }
}

/** An object without unknown keys, so that a misspelled option is an error. */
export function expectKeys(name: string, value: object, allowed: readonly string[]): void {
  for (const key of Object.keys(value)) {
    if (!allowed.includes(key)) throw new RangeError(`${name}: expected ${allowed.join(", ")}, got "${key}"`);
  }
}

export function expectPositive(name: string, value: unknown): void {
  expectNumber(name, value, (x) => x > 0, "a number above 0");
}

/** A number above 0 and at most 1. */
export function expectFactor(name: string, value: unknown): void {
  expectNumber(name, value, (x) => x > 0 && x <= 1, "a number above 0 and at most 1");
}

export function expectNonNegative(name: string, value: unknown): void {
  expectNumber(name, value, (x) => x >= 0, "a number of at least 0");
}

/** A number from 0 to below 1. */
export function expectFraction(name: string, value: unknown): void {
  expectNumber(name, value, (x) => x >= 0 && x < 1, "a number from 0 to below 1");
}

/** Whether a value is an object, but neither null nor an array. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
