import { ms, printTable, times } from "./table.js";
import type { Timing } from "./timing.js";

export const OURS = "Sluice";

/** Ours and peers at the same task, in milliseconds. */
export interface Comparison {
  readonly size: string;
  readonly times: Readonly<Record<string, Timing>>;
}

/** How many times longer a peer takes, median over median. */
export const ratio = ({ times: all }: Comparison, peer: string): number | undefined =>
  all[peer] && all[peer].median / all[OURS]!.median;

export function printComparisons(title: string, comparisons: readonly Comparison[]): void {
  printTable(`${title}: milliseconds, and how many times longer others take`, [
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
