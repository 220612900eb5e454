/** Lets the page (or the event loop) run between pieces of work. */
export interface Breath {
  /** Resolves at once, or after other tasks had their turn if the last turn is long enough ago. */
  take(): Promise<void> | undefined;
  end(): void;
}

/** Milliseconds of work between two breaths: a frame lasts 16. */
const BLOCK = 10;

export function breathing(): Breath {
  const { port1, port2 } = new MessageChannel(); // timers are held back to 4 ms, messages are not
  let since = performance.now();
  return {
    take() {
      if (performance.now() - since < BLOCK) return undefined;
      return new Promise((resolve) => {
        port1.onmessage = () => {
          since = performance.now();
          resolve();
        };
        port2.postMessage(null);
      });
    },
    end() {
      port1.close();
    },
  };
}
