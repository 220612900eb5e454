import { isObject } from "@sluice/kernel-wasm/checks";

/** A value as JSON; a file's may be nested too deeply for JSON.stringify. */
function text(value: unknown): string {
  try {
    return JSON.stringify(value) ?? "undefined";
  } catch {
    return "a deeply nested value";
  }
}

/** The paths at which two values of plain data differ, with both values as JSON. */
export function differences(
  before: unknown,
  now: unknown,
  path = "",
): readonly { readonly path: string; readonly before: string; readonly now: string }[] {
  if (text(before) === text(now)) return [];
  if (!isObject(before) || !isObject(now)) return [{ path, before: text(before), now: text(now) }];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(now)])];
  return keys.flatMap((key) => differences(before[key], now[key], path ? `${path}.${key}` : key));
}
