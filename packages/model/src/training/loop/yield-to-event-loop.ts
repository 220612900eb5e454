import type { Pass } from "../../passes/pass.js";

/** Yields to the event loop between pieces of work, so that a page can draw and a server can answer. */
export interface Yielder {
  /** Resolves after other tasks have run; undefined if the last yield was less than `INTERVAL` ago. */
  yieldIfDue(): Promise<void> | undefined;
  /** Runs a pass to its end and yields between its pieces where due. */
  run<T>(pass: Pass<T>): T | Promise<T>;
  close(): void;
}

/** Milliseconds of work between two yields. With one more piece this stays below a frame of 16 ms. */
const INTERVAL = 4;

/** Runs callbacks as separate tasks, after the tasks that are queued already. */
interface TaskQueue {
  enqueue(callback: () => void): void;
  close(): void;
}

/**
 * Uses `setImmediate` where it exists, because Node handles all messages of a port before it looks at abort signals; in pages a message
 * port, because browsers delay timers to 4 ms.
 */
function taskQueue(): TaskQueue {
  const { setImmediate } = globalThis as { setImmediate?: (callback: () => void) => void };
  if (setImmediate) return { enqueue: (callback) => setImmediate(callback), close: () => {} };
  const { port1, port2 } = new MessageChannel();
  return {
    enqueue(callback) {
      port1.onmessage = callback;
      port2.postMessage(null);
    },
    close: () => port1.close(),
  };
}

/** Creates a yielder. It calls `afterYield` after each yield; an error thrown there ends the work. */
export function yieldToEventLoop(afterYield: () => void): Yielder {
  const { enqueue, close } = taskQueue();
  let lastYield = performance.now();
  const yieldIfDue = () => {
    if (performance.now() - lastYield < INTERVAL) return undefined;
    return new Promise<void>((resolve) => enqueue(resolve)).then(() => {
      lastYield = performance.now();
      afterYield();
    });
  };
  const run = <T>(pass: Pass<T>): T | Promise<T> => {
    for (;;) {
      const { done, value } = pass.next();
      if (done) return value as T;
      const pause = yieldIfDue();
      if (pause) return pause.then(() => run(pass));
    }
  };
  return { yieldIfDue, run, close };
}
