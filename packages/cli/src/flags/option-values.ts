import type { TransformSpec } from "@sluice/data";
import type { Recipe } from "@sluice/pipeline";
import { InvalidArgumentError } from "commander";

/** Parsers of the values of flags. Each throws an error that says what was expected. */

function fail(expected: string): never {
  throw new InvalidArgumentError(`expected ${expected}.`);
}

/** An integer from 0. */
export function integer(text: string): number {
  return /^\d+$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : fail("an integer from 0");
}

const MAX_ROWS = 10_000_000;

/** A number of rows to make: an integer from 1 to 10,000,000. */
export function rowCount(text: string): number {
  const rows = /^\d+$/.test(text) ? Number(text) : 0;
  return rows >= 1 && rows <= MAX_ROWS ? rows : fail(`an integer from 1 to ${MAX_ROWS}`);
}

export function number(text: string): number {
  const value = Number(text);
  return text.trim() !== "" && Number.isFinite(value) ? value : fail("a number");
}

/** A parser of an integer from 0, or of a word. */
export function integerOr<W extends string>(word: W): (text: string) => number | W {
  return (text) => {
    if (text === word) return word;
    return /^\d+$/.test(text) ? integer(text) : fail(`an integer, or ${word}`);
  };
}

/** A number of threads, or "auto". */
export function threadCount(text: string): number | "auto" {
  if (text === "auto") return text;
  const count = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  return count >= 1 && count <= 256 ? count : fail("an integer from 1 to 256, or auto");
}

const TRANSFORMS =
  '"log", "difference", "difference:12", "standardize" and "min-max" separated by commas, "none" or "auto"';

/** Transforms: "log,difference:12,difference,standardize", "none" or "auto". */
export function transformList(text: string): readonly TransformSpec[] | "auto" {
  if (text === "auto") return "auto";
  if (text === "none") return [];
  return text.split(",").map((word): TransformSpec => {
    if (word === "log" || word === "standardize" || word === "min-max") return word;
    const lag = /^difference(?::([1-9]\d*))?$/.exec(word);
    return lag ? { difference: Number(lag[1] ?? 1) } : fail(TRANSFORMS);
  });
}

const CLIPPING = '"global-norm:1", "value:0.5", "per-parameter:1" or "none"';

/** Gradient clipping: "global-norm:1", "value:0.5", "per-parameter:1" or "none". */
export function clipping(text: string): NonNullable<Recipe["clip"]> | "none" {
  if (text === "none") return text; // not null: commander treats it as no value
  const [kind, limit] = text.split(":");
  const value = Number(limit);
  if (!(value > 0 && Number.isFinite(value))) fail(CLIPPING);
  if (kind === "global-norm") return { kind, maxNorm: value };
  if (kind === "value") return { kind, maxValue: value };
  if (kind === "per-parameter") return { kind, alpha: value };
  return fail(CLIPPING);
}

/** A delimiter of one character; "tab" or "\t" for a tab. */
export function delimiter(text: string): string {
  if (text === "tab" || text === "\\t") return "\t";
  return [...text].length === 1 ? text : fail('one character, or "tab"');
}
