import type { CeilingBench } from "./ceiling.js";
import { type Load, measureLoad } from "./machine-load.js";
import { percent } from "./table.js";

/** The state of the machine during a measurement. */
export interface Conditions {
  /** The ceiling before and after, GFLOP/s. */
  readonly ceiling: readonly [number, number];
  /** Absent if the system does not provide it. */
  readonly load?: Load;
  /** How often the part was repeated because the ceiling changed. */
  readonly repeats: number;
}

/** A part is repeated if the ceiling changed by more than this share while it ran. */
const STEADY = 0.1;
const MOST_REPEATS = 2;

/** Times parts and records the conditions of each. */
export interface Recorder {
  readonly conditions: Readonly<Record<string, Conditions>>;
  /**
   * Measures the ceiling (GFLOP/s), passes it to a part, and measures it again. Repeats the part, at most twice, if the ceiling
   * changed by more than 10 %.
   */
  record<T>(part: string, run: (ceiling: number) => Promise<T>): Promise<T>;
}

export function recorder({ measureAgain }: CeilingBench): Recorder {
  const conditions: Record<string, Conditions> = {};
  return {
    conditions,
    async record(part, run) {
      for (let repeats = 0; ; repeats++) {
        const before = await measureAgain();
        const loadSince = measureLoad();
        const result = await run(before);
        const load = loadSince();
        const after = await measureAgain();
        const moved = Math.abs(after / before - 1);
        conditions[part] = { ceiling: [before, after], ...(load && { load }), repeats };
        const steady = moved <= STEADY;
        console.log(`\n${part}: ${describe(conditions[part])}`);
        if (steady) return result;
        console.log(
          `  the ceiling changed by ${percent(moved)}: ${repeats < MOST_REPEATS ? "repeating the part" : "kept after two repeats"}`,
        );
        if (repeats === MOST_REPEATS) return result;
      }
    },
  };
}

function describe({ ceiling: [before, after], load }: Conditions): string {
  const rates = `ceiling ${before.toFixed(1)} GFLOP/s before, ${after.toFixed(1)} after`;
  if (!load) return `${rates}; the load by other processes is unknown on this system`;
  const { others, stolen } = load;
  return `${rates}; other processes used ${others.toFixed(2)} processors, ${stolen.toFixed(2)} were stolen by the host`;
}
