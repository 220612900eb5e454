/** One thing to be timed. */
export interface Contender {
  readonly name: string;
  readonly run: () => unknown;
  /** Milliseconds of one of `count` runs, where another process takes the time. */
  readonly measure?: (count: number) => Promise<number>;
}

/** Milliseconds of one run. */
export interface Timing {
  readonly minimum: number;
  readonly median: number;
}

const ROUNDS = 9;
/** A round lasts at least so long, in milliseconds, so that clocks and schedulers do not count. */
const ROUND = 60;

/**
 * Times contenders side by side: each is warmed up, then all take turns, round by round, so that a machine whose speed drifts
 * drifts for all of them.
 */
export async function race(contenders: readonly Contender[]): Promise<Record<string, Timing>> {
  const runs = new Map<Contender, number>();
  const times = new Map<Contender, number[]>();
  for (const contender of contenders) {
    const started = performance.now();
    let warm = 0;
    for (; warm < 3 || performance.now() - started < 5 * ROUND; warm++) await contender.run();
    runs.set(contender, Math.max(1, Math.ceil((warm * ROUND) / (performance.now() - started))));
    times.set(contender, []);
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const contender of contenders) {
      times.get(contender)!.push(await measured(contender, runs.get(contender)!));
    }
  }
  return Object.fromEntries(contenders.map((contender) => [contender.name, timing(times.get(contender)!)]));
}

async function measured({ run, measure }: Contender, count: number): Promise<number> {
  if (measure) return measure(count);
  const before = performance.now();
  for (let i = 0; i < count; i++) {
    const result = run();
    if (result instanceof Promise) await result;
  }
  return (performance.now() - before) / count;
}

export function timing(milliseconds: readonly number[]): Timing {
  const sorted = [...milliseconds].sort((a, b) => a - b);
  return { minimum: sorted[0]!, median: sorted[sorted.length >> 1]! };
}
