import type { CaseRecord } from "./suite/record.js";

/** The expected results: the kernel's version, and a record for each case. */
export interface Expected {
  readonly kernel: string;
  readonly cases: Readonly<Record<string, CaseRecord>>;
}

/** Describes the differences of all cases, by name. */
export function differencesOf({ cases }: Expected, got: Expected["cases"]): Record<string, string> {
  const all = Object.entries(cases).map(([name, record]) => [name, differenceOf(record, got[name])] as const);
  return Object.fromEntries(all.filter((one): one is [string, string] => one[1] !== undefined));
}

/** Describes the first difference between two records of a case; undefined if they are equal. */
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

/** The first index, counted from 0, at which two lists differ; undefined if they are equal. */
function firstDifference(a: readonly string[], b: readonly string[]): number | undefined {
  const index = Array.from({ length: Math.max(a.length, b.length) }).findIndex((_, i) => a[i] !== b[i]);
  return index < 0 ? undefined : index;
}
