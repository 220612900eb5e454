import type { Pass } from "../passes/pass.js";

/** Lets the page (or the event loop) run between pieces of work. */
export interface Breath {
  /** Resolves after other tasks had their turn; undefined where they had it not long ago. */
  take(): Promise<void> | undefined;
  /** A pass with breaths between its pieces. */
  through<T>(pass: Pass<T>): T | Promise<T>;
  end(): void;
}

/** Milliseconds of work between two breaths: with a piece more, less than the 16 of a frame. */
const BLOCK = 4;

/** Runs a callback once other tasks had their turn. */
interface Turns {
  next(callback: () => void): void;
  end(): void;
}

/**
 * In servers, `setImmediate`: a message port would hand on message after message without a look at signals. In pages, a message:
 * timers are held back to 4 ms there.
 */
function turns(): Turns {
  const { setImmediate } = globalThis as { setImmediate?: (callback: () => void) => void };
  if (setImmediate) return { next: (callback) => setImmediate(callback), end: () => {} };
  const { port1, port2 } = new MessageChannel();
  return {
    next(callback) {
      port1.onmessage = callback;
      port2.postMessage(null);
    },
    end: () => port1.close(),
  };
}

/** `check` is called after each breath; what it throws ends the work. */
export function breathing(check: () => void): Breath {
  const { next, end } = turns();
  let since = performance.now();
  const take = () => {
    if (performance.now() - since < BLOCK) return undefined;
    return new Promise<void>((resolve) => next(resolve)).then(() => {
      since = performance.now();
      check();
    });
  };
  const through = <T>(pass: Pass<T>): T | Promise<T> => {
    for (;;) {
      const { done, value } = pass.next();
      if (done) return value as T;
      const pause = take();
      if (pause) return pause.then(() => through(pass));
    }
  };
  return { take, through, end };
}
