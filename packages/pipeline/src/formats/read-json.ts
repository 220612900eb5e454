import { show } from "@sluice/kernel-wasm/checks";
import { FormatError } from "@sluice/model";
import * as v from "valibot";
import { problemOf } from "./schemas.js";

/** The version of the formats that this package writes and reads. */
export const SCHEMA_VERSION = 1;

/**
 * Parses JSON text.
 * @param file the name of the file, for the message
 * @throws FormatError for text that is not JSON.
 */
export function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new FormatError(file, "expected JSON, got text that cannot be parsed", { cause });
  }
}

/**
 * Checks a parsed value.
 * @throws FormatError naming the first wrong field, what was expected and what was found.
 */
export function read<T>(file: string, value: unknown, schema: v.GenericSchema<unknown, T>): T {
  const { success, output, issues } = v.safeParse(schema, value, { abortEarly: true });
  if (!success) throw new FormatError(file, problemOf(issues)!);
  return output;
}

/**
 * Checks a parsed object that states its `schemaVersion`: the version first, then the fields.
 * @throws FormatError for another version, or naming the first wrong field.
 */
export function readVersioned<T>(file: string, value: unknown, schema: v.GenericSchema<unknown, T>): T {
  if (typeof value !== "object" || value === null)
    throw new FormatError(file, `expected an object, got ${show(value)}`);
  const version = Object.hasOwn(value, "schemaVersion")
    ? (value as { schemaVersion: unknown }).schemaVersion
    : undefined;
  if (version !== SCHEMA_VERSION) {
    throw new FormatError(
      file,
      `schemaVersion: expected ${SCHEMA_VERSION}, got ${show(version)}; it was written by another version of Sluice, or by another program`,
    );
  }
  return read(file, value, schema);
}
