import type { Recipe } from "@sluice/pipeline";
import { InvalidArgumentError } from "commander";

/** Parsers of the values of flags. Each throws an error that says what was expected. */

/** @throws InvalidArgumentError that says what was expected. */
export function fail(expected: string): never {
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

/** Adds the value of a flag that may be given several times. */
export function appended(text: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), text];
}

/** Adds a column and its cell: "store=A". */
export function keyCell(
  text: string,
  before: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string>> {
  const at = text.indexOf("=");
  return at > 0
    ? { ...before, [text.slice(0, at)]: text.slice(at + 1) }
    : fail('a column and its cell, such as "store=A"');
}
