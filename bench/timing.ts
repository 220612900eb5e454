/** Something to be timed: `measure` runs it `count` times in a row and returns the milliseconds of one run. */
export interface Candidate {
  readonly name: string;
  readonly measure: (count: number) => Promise<number>;
}

/** Milliseconds of one run. */
export interface Timing {
  readonly minimum: number;
  readonly median: number;
}

export const ROUNDS = 7;

/** A candidate that calls a function, and waits for it if it returns a promise. */
export function candidate(name: string, run: () => unknown): Candidate {
  return {
    name,
    measure: async (count) => {
      const before = performance.now();
      for (let i = 0; i < count; i++) {
        const result = run();
        if (result instanceof Promise) await result;
      }
      return (performance.now() - before) / count;
    },
  };
}

export interface TurnOptions {
  /** The least time of a round, milliseconds. */
  readonly round?: number;
  readonly rounds?: number;
  /** Whether a candidate runs uncounted at the start of each of its rounds; not needed if each run is a new process. */
  readonly warmRounds?: boolean;
}

/**
 * Times candidates in alternating rounds, so that changes in the machine's speed affect all of them.
 *
 * Each is run for five rounds' time first. Then, in each round, every candidate runs uncounted for a quarter of a round, which fills
 * the caches that the candidate before it used, and is timed for at least `round` milliseconds.
 */
export async function timeInTurns(
  candidates: readonly Candidate[],
  { round = 100, rounds = ROUNDS, warmRounds = true }: TurnOptions = {},
): Promise<Record<string, Timing>> {
  const timed: { readonly candidate: Candidate; readonly runs: number; readonly milliseconds: number[] }[] = [];
  for (const candidate of candidates) {
    timed.push({ candidate, runs: await runsPerRound(candidate, round), milliseconds: [] });
  }
  for (let i = 0; i < rounds; i++) {
    for (const { candidate, runs, milliseconds } of timed) {
      if (warmRounds) await candidate.measure(Math.ceil(runs / 4));
      milliseconds.push(await candidate.measure(runs));
    }
  }
  return Object.fromEntries(timed.map(({ candidate, milliseconds }) => [candidate.name, timing(milliseconds)]));
}

/** Warms a candidate up and counts the runs that fill a round. */
async function runsPerRound(candidate: Candidate, round: number): Promise<number> {
  const started = performance.now();
  let [count, time] = [1, 0];
  while (time < 0.9 * round || performance.now() - started < 5 * round) {
    time = count * (await candidate.measure(count));
    count = Math.ceil(count * Math.min(2, round / time)); // the first runs are slow, so the count may fall again
  }
  return count;
}

export function timing(milliseconds: readonly number[]): Timing {
  const sorted = [...milliseconds].sort((a, b) => a - b);
  return { minimum: sorted[0]!, median: sorted[sorted.length >> 1]! };
}
