import type { TransformSpec } from "@sluice/data";
import type { Recipe } from "@sluice/pipeline";
import { InvalidArgumentError } from "commander";

/** Parsers of what follows a flag. Each throws a line that says what was expected. */

function refuse(expected: string): never {
  throw new InvalidArgumentError(`expected ${expected}.`);
}

export function wholeNumber(text: string): number {
  return /^\d+$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : refuse("a whole number");
}

/** A whole number from 1. */
export function count(text: string): number {
  return /^0*[1-9]\d*$/.test(text) ? wholeNumber(text) : refuse("a whole number from 1");
}

export function number(text: string): number {
  const value = Number(text);
  return text.trim() !== "" && Number.isFinite(value) ? value : refuse("a number");
}

export function wholeNumberOr<W extends string>(word: W): (text: string) => number | W {
  return (text) =>
    text === word ? word : /^\d+$/.test(text) ? wholeNumber(text) : refuse(`a whole number, or ${word}`);
}

/** "auto", or a number of threads. */
export function threadCount(text: string): number | "auto" {
  if (text === "auto") return text;
  const count = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  return count >= 1 && count <= 256 ? count : refuse("a whole number from 1 to 256, or auto");
}

const TRANSFORMS =
  '"log", "difference", "difference:12", "standardize", "min-max" with commas between, "none" or "auto"';

/** "log,difference:12,difference,standardize" as transforms. */
export function transformList(text: string): readonly TransformSpec[] | "auto" {
  if (text === "auto") return "auto";
  if (text === "none") return [];
  return text.split(",").map((word): TransformSpec => {
    if (word === "log" || word === "standardize" || word === "min-max") return word;
    const lag = /^difference(?::([1-9]\d*))?$/.exec(word);
    return lag ? { difference: Number(lag[1] ?? 1) } : refuse(TRANSFORMS);
  });
}

/** "global-norm:1", "value:0.5", "per-parameter:1" or "none" as a kind of clipping. */
export function clipping(text: string): NonNullable<Recipe["clip"]> | "none" {
  if (text === "none") return text; // commander takes null for a parser's failure
  const [kind, limit] = text.split(":");
  const value = Number(limit);
  if (!(value > 0 && Number.isFinite(value))) refuse('"global-norm:1", "value:0.5", "per-parameter:1" or "none"');
  if (kind === "global-norm") return { kind, maxNorm: value };
  if (kind === "value") return { kind, maxValue: value };
  if (kind === "per-parameter") return { kind, alpha: value };
  return refuse('"global-norm:1", "value:0.5", "per-parameter:1" or "none"');
}

/** A delimiter of one character; "tab" or "\t" for a tab. */
export function delimiter(text: string): string {
  if (text === "tab" || text === "\\t") return "\t";
  return [...text].length === 1 ? text : refuse('one character, or "tab"');
}
