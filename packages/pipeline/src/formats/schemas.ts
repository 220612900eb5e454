import { FREQUENCY_UNITS, type Frequency, type TimeUnit } from "@sluice/data";
import { show } from "@sluice/kernel-wasm/checks";
import * as v from "valibot";

/** Schemas whose message describes the expected value: "an integer from 1". `problemOf` adds the field and the actual value. */

export const integerFrom = (low: number, high = Number.MAX_SAFE_INTEGER) =>
  v.custom<number>(
    (x) => Number.isSafeInteger(x) && (x as number) >= low && (x as number) <= high,
    high === Number.MAX_SAFE_INTEGER ? `an integer from ${low}` : `an integer from ${low} to ${high}`,
  );

export const number = (expected: string, isValid: (x: number) => boolean) =>
  v.custom<number>((x) => typeof x === "number" && Number.isFinite(x) && isValid(x), expected);

export const finite = number("a finite number", () => true);
export const positive = number("a number above 0", (x) => x > 0);
export const text = v.string("a string");
export const flag = v.boolean("true or false");
export const sha256 = v.custom<string>(
  (x) => typeof x === "string" && /^[0-9a-f]{64}$/.test(x),
  "a SHA-256 of 64 hexadecimal digits",
);

export const oneOf = <const W extends string>(words: readonly W[]) => v.picklist(words, words.join(", "));

const UNITS = ["index", "year", "month", "day", "second"] as const satisfies readonly TimeUnit[];
export const timeUnit = oneOf(UNITS);

export const list = <T>(item: v.GenericSchema<unknown, T>) => v.array(item, "an array");

/** An object with any keys; keys such as `__proto__` are dropped. */
export const dictionary = <T>(value: v.GenericSchema<unknown, T>) => v.record(v.string(), value, "an object");

/** An object with these fields; others are dropped. */
export const fields = <const E extends v.ObjectEntries>(entries: E) =>
  v.object(entries, ({ expected }) => (expected === "Object" ? "an object" : "a value"));

export const frequency: v.GenericSchema<unknown, Frequency> = fields({
  unit: oneOf(FREQUENCY_UNITS),
  every: positive,
  on: v.exactOptional(v.union([integerFrom(1, 31), v.picklist(["end", "business-end"])], "a day of the month")),
  weekday: v.exactOptional(integerFrom(1, 7)),
  session: v.exactOptional(v.tuple([finite, finite], "two times of day")),
  businessDays: v.exactOptional(flag),
});

/** The first problem of a value: its field, what was expected and what was found; undefined for a valid value. */
export function problemOf(issues: readonly v.BaseIssue<unknown>[] | undefined): string | undefined {
  const issue = issues?.[0];
  if (!issue) return undefined;
  const path = v.getDotPath(issue);
  return `${path ? `${path}: ` : ""}expected ${issue.message}, got ${show(issue.input)}`;
}
