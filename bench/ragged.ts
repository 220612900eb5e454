import { epoch, epochOperations, type Size } from "./epoch.js";
import { ms, printTable, times } from "./table.js";
import { timeInTurns } from "./timing.js";

const SIZES: readonly Size[] = [1, 19].flatMap((T) => [7, 180].flatMap((B) => [16, 33].map((H) => ({ T, B, H }))));

export interface Ragged extends Size {
  /** The time of a useful operation, divided by that at the next multiples of 8 of H and B. */
  readonly slower: number;
}

const whole = (n: number) => Math.ceil(n / 8) * 8;

/** Training epochs at sizes that are not multiples of the kernel's panel of 8 rows or units, compared with the next sizes that are. */
export async function raggedSizes(): Promise<Ragged[]> {
  const rows: string[][] = [];
  const results: Ragged[] = [];
  for (const size of SIZES) {
    const next = { T: size.T, B: whole(size.B), H: whole(size.H) };
    const timed = await timeInTurns([await epoch("ragged", size), await epoch("whole", next)], { round: 25 });
    const [ragged, even] = [timed["ragged"]!.median, timed["whole"]!.median];
    const slower = epochOperations(next) / even / (epochOperations(size) / ragged);
    results.push({ ...size, slower });
    rows.push([`T = ${size.T}, B = ${size.B}, H = ${size.H}`, ms(ragged), ms(even), times(slower)]);
  }
  printTable("a training epoch at ragged sizes and at the next multiples of 8: milliseconds", [
    ["", "ragged", "multiples of 8", "time per useful operation"],
    ...rows,
  ]);
  return results;
}
