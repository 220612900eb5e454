import { unreadable } from "./model-file-error.js";

/** @internal */
export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Parses JSON from text or from UTF-8.
 * @internal
 */
export function parseJson(where: string, json: string | Uint8Array): unknown {
  try {
    return JSON.parse(typeof json === "string" ? json : new TextDecoder("utf-8", { fatal: true }).decode(json));
  } catch (cause) {
    return unreadable(where, "JSON", "text that does not parse", cause);
  }
}

/** @internal */
export function expectObject(where: string, value: unknown): JsonObject {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    unreadable(where, "an object", Array.isArray(value) ? "an array" : value === null ? "null" : typeof value);
  return value as JsonObject;
}

/** @internal */
export function expectArray(where: string, value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) unreadable(where, "an array", value === null ? "null" : typeof value);
  return value;
}

/** @internal */
export function expectText(where: string, value: unknown): string {
  if (typeof value !== "string") unreadable(where, "a string", value === null ? "null" : typeof value);
  return value;
}

/**
 * A boolean field of an object; undefined if the field is absent or null.
 * @internal
 */
export function booleanField(where: string, object: JsonObject, key: string): boolean | undefined {
  const value = object[key] ?? undefined;
  if (value !== undefined && typeof value !== "boolean") unreadable(`${where}: ${key}`, "true or false", value);
  return value;
}

/**
 * The shape of an array: sizes from 0 whose product is a safe integer.
 * @internal
 */
export function expectShape(where: string, value: unknown): readonly number[] {
  const sizes = expectArray(where, value);
  const isSize = (n: unknown): n is number => Number.isSafeInteger(n) && (n as number) >= 0;
  if (!sizes.every(isSize) || !Number.isSafeInteger(sizes.reduce((product, n) => product * n, 1)))
    unreadable(where, "sizes from 0 with a product below 2^53", sizes);
  return sizes;
}
