/** A pass in pieces of about a millisecond. It yields between them, so that other tasks can run, and returns its result. */
export type Pass<T = void> = Generator<undefined, T>;

/** The most operations (multiplications and additions) of a piece. Pieces shorter than half of it are merged. */
const PIECE = 40e6;

/** Counts operations to decide when to yield. */
export class YieldBudget {
  #spent = 0;

  /** Whether to yield after `operations` more. */
  spend(operations: number): boolean {
    this.#spent += operations;
    if (this.#spent < PIECE / 2) return false;
    this.#spent = 0;
    return true;
  }
}

const ONE_YIELD: readonly undefined[] = [undefined];

const DONE: IteratorResult<undefined, undefined> = { done: true, value: undefined };
/** An iterable without elements. `yield*` of it allocates nothing, which it does for an empty array. */
export const NO_YIELD: Iterable<undefined> & { next(): typeof DONE } = {
  next: () => DONE,
  [Symbol.iterator]: () => NO_YIELD,
};

/**
 * Runs `steps` steps of `operations` each, and returns an iterable to `yield*` from. Long work runs in pieces, as it is iterated. Short work
 * has already run when this returns, since a generator for it would be a measurable part of its time.
 */
export function inPieces(
  budget: YieldBudget,
  steps: number,
  operations: number,
  run: (from: number, to: number) => void,
): Iterable<undefined> {
  if (steps * operations > PIECE) return pieces(budget, steps, operations, run);
  run(0, steps);
  return budget.spend(steps * operations) ? ONE_YIELD : NO_YIELD;
}

function* pieces(
  budget: YieldBudget,
  steps: number,
  operations: number,
  run: (from: number, to: number) => void,
): Pass {
  const piece = Math.max(1, Math.floor(PIECE / operations));
  for (let from = 0; from < steps; from += piece) {
    const to = Math.min(steps, from + piece);
    run(from, to);
    if (budget.spend((to - from) * operations)) yield;
  }
}

/** Runs a pass to its end without yielding. */
export function atOnce<T>(pass: Pass<T>): T {
  for (;;) {
    const { done, value } = pass.next();
    if (done) return value as T;
  }
}
