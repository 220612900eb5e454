/** Milliseconds from one look at whether the run was stopped to the next. */
const INTERVAL = 50;

/** Milliseconds after which a worker that has not answered is taken for dead. */
export const ANSWER_LIMIT = 60_000;

/**
 * Waits for the answer of a worker.
 * @throws what `throwIfStopped` throws meanwhile; Error if no answer comes within `limit` milliseconds; the error of the answer.
 */
export async function waitFor<T>(answer: Promise<T>, throwIfStopped: () => void, limit = ANSWER_LIMIT): Promise<T> {
  const arrived = answer.then((value) => ({ value }));
  for (let waited = 0; waited < limit; waited += INTERVAL) {
    let timer: unknown;
    const pause = new Promise<undefined>((resolve) => {
      timer = setTimeout(resolve, INTERVAL);
    });
    const first = await Promise.race([arrived, pause]).finally(() => clearTimeout(timer as number));
    if (first) return first.value;
    throwIfStopped();
  }
  throw new Error(`no answer for ${limit / 1000} seconds`);
}
