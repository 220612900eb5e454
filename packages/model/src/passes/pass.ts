/** A pass in pieces of about a millisecond: it yields between them, so that other tasks may have their turn, and returns its result. */
export type Pass<T = void> = Generator<undefined, T>;

/** Multiplications and additions of a piece, at most; shorter ones go together. */
const PIECE = 40e6;

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

/** Steps of a piece, one of which takes so many operations. */
export function stepsOfPiece(operations: number): number {
  return Math.max(1, Math.floor(PIECE / operations));
}

/** A pass from start to end at once. */
export function atOnce<T>(pass: Pass<T>): T {
  for (;;) {
    const { done, value } = pass.next();
    if (done) return value as T;
  }
}
