/** A pass in pieces of about a millisecond: it yields between them, so that other tasks may have their turn, and returns its result. */
export type Pass<T = void> = Generator<undefined, T>;

/** Multiplications and additions of a piece, at most; shorter ones go together. */
const PIECE = 40e6;

/** What takes as long as so many of them, for each number. */
export const GATHERED = 40;
export const MOVED = 12;
export const DROPPED = 70;
export const LOSS = 80;

/** Counts work, to tell when a yield is due. */
export class Effort {
  #done = 0;

  /** Whether so many operations more make half a piece. */
  reaches(operations: number): boolean {
    this.#done += operations;
    if (this.#done < PIECE / 2) return false;
    this.#done = 0;
    return true;
  }
}

const ONCE: readonly undefined[] = [undefined];

/**
 * Runs steps [0, steps), each of so many operations. Gives what is to be yielded from, where it is due: long work is done in pieces between
 * yields, and short work at once, as generators would take their share of it.
 */
export function inPieces(
  effort: Effort,
  steps: number,
  operations: number,
  run: (from: number, to: number) => void,
  /** Pieces have a multiple of so many steps. */
  multiple = 1,
): Iterable<undefined> | undefined {
  if (steps * operations > PIECE) return pieces(effort, steps, operations, run, multiple);
  run(0, steps);
  return effort.reaches(steps * operations) ? ONCE : undefined;
}

function* pieces(
  effort: Effort,
  steps: number,
  operations: number,
  run: (from: number, to: number) => void,
  multiple: number,
): Pass {
  const piece = multiple * Math.max(1, Math.floor(PIECE / operations / multiple));
  for (let from = 0; from < steps; from += piece) {
    const to = Math.min(steps, from + piece);
    run(from, to);
    if (effort.reaches((to - from) * operations)) yield;
  }
}

/** A pass from start to end at once. */
export function atOnce<T>(pass: Pass<T>): T {
  for (;;) {
    const { done, value } = pass.next();
    if (done) return value as T;
  }
}
