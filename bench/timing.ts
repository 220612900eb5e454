/** One thing to be timed. */
export type Contender = Run | Measured;

export interface Run {
  readonly name: string;
  readonly run: () => unknown;
}

/** It takes the time itself: milliseconds of one of `count` runs. */
export interface Measured {
  readonly name: string;
  readonly measure: (count: number) => Promise<number>;
}

/** Milliseconds of one run. */
export interface Timing {
  readonly minimum: number;
  readonly median: number;
}

export const ROUNDS = 7;

/**
 * Times contenders side by side: each is warmed up, then all take turns, round by round, so that a machine whose speed drifts
 * drifts for all of them. A round of one lasts at least `round` milliseconds, so that clocks and schedulers do not count.
 */
export async function race(
  contenders: readonly Contender[],
  { round = 60, rounds = ROUNDS }: { readonly round?: number; readonly rounds?: number } = {},
): Promise<Record<string, Timing>> {
  const runs = new Map<Contender, number>();
  for (const contender of contenders) {
    const started = performance.now();
    let [count, time] = [1, 0];
    while (time < 0.9 * round || performance.now() - started < 5 * round) {
      time = count * (await measured(contender, count));
      count = Math.ceil(count * Math.min(2, round / time)); // the first runs are slow: it goes down as well as up
    }
    runs.set(contender, count);
  }
  const times = new Map(contenders.map((contender) => [contender, [] as number[]]));
  for (let turn = 0; turn < rounds; turn++) {
    for (const contender of contenders) times.get(contender)!.push(await measured(contender, runs.get(contender)!));
  }
  return Object.fromEntries(contenders.map((contender) => [contender.name, timing(times.get(contender)!)]));
}

async function measured(contender: Contender, count: number): Promise<number> {
  if ("measure" in contender) return contender.measure(count);
  const before = performance.now();
  for (let i = 0; i < count; i++) {
    const result = contender.run();
    if (result instanceof Promise) await result;
  }
  return (performance.now() - before) / count;
}

export function timing(milliseconds: readonly number[]): Timing {
  const sorted = [...milliseconds].sort((a, b) => a - b);
  return { minimum: sorted[0]!, median: sorted[sorted.length >> 1]! };
}
