import type { CaseRecord } from "./suite/record.js";

/** What the engines must compute: the kernel's version, and each case's record. */
export interface Expected {
  readonly kernel: string;
  readonly cases: Readonly<Record<string, CaseRecord>>;
}

/** The differences of all cases, in words, by the case's name. */
export function differencesOf({ cases }: Expected, got: Expected["cases"]): Record<string, string> {
  const all = Object.entries(cases).map(([name, record]) => [name, differenceOf(record, got[name])] as const);
  return Object.fromEntries(all.filter((one): one is [string, string] => one[1] !== undefined));
}

/** The first difference between two records of a case, in words; undefined where they are equal. */
export function differenceOf(expected: CaseRecord, got: CaseRecord | undefined): string | undefined {
  if (!got) return "the case did not run";
  if (got["error"] !== undefined) return got["error"];
  const { losses: expectedLosses = "", ...expectedArrays } = expected;
  const { losses = "", ...arrays } = got;
  const names = [...Object.keys(expectedArrays), ...Object.keys(arrays)];
  const array = names.find((name) => expectedArrays[name] !== arrays[name]);
  const epoch = firstDifference(expectedLosses.split(" "), losses.split(" "));
  if (epoch === undefined && array === undefined) return undefined;
  const ofEpoch = epoch === undefined ? "no epoch's loss differs" : `the loss of epoch ${epoch} differs`;
  return array === undefined ? `${ofEpoch}, no tensor does` : `${ofEpoch}; the first tensor that differs: ${array}`;
}

/** The first index, counted from 0, at which two lists differ; undefined where they are equal. */
function firstDifference(a: readonly string[], b: readonly string[]): number | undefined {
  const index = Array.from({ length: Math.max(a.length, b.length) }).findIndex((_, i) => a[i] !== b[i]);
  return index < 0 ? undefined : index;
}
