import { ms, printTable, times } from "./table.js";
import type { Timing } from "./timing.js";

export const OURS = "Sluice";

/** The times of ours and of peers for the same task, in milliseconds. */
export interface Comparison {
  readonly size: string;
  readonly times: Readonly<Record<string, Timing>>;
}

/** A peer's median time divided by that of Sluice; undefined for a peer that was not timed. */
export const ratio = ({ times: all }: Comparison, peer: string): number | undefined =>
  all[peer] && all[peer].median / all[OURS]!.median;

export function printComparisons(title: string, comparisons: readonly Comparison[]): void {
  printTable(`${title}: milliseconds; the ratio is the median divided by that of Sluice`, [
    ["", "", "minimum", "median", "ratio"],
    ...comparisons.flatMap((comparison) =>
      Object.entries(comparison.times).map(([name, { minimum, median }], i) => [
        i === 0 ? comparison.size : "",
        name,
        ms(minimum),
        ms(median),
        name === OURS ? "" : times(ratio(comparison, name)!),
      ]),
    ),
  ]);
}
