import { startWorker as startNodeWorker } from "../src/threads/threads-node.js";
import type { StartWorker } from "../src/threads/worker-handle.js";

export { processors } from "../src/threads/threads-node.js";

/** Starts a worker thread from source, because tsx does not apply to worker threads by itself. */
export const startWorker: StartWorker = (listener) =>
  startNodeWorker(listener, new URL("./worker-source.mjs", import.meta.url), {
    execArgv: ["--conditions=@sluice/source"],
  });
