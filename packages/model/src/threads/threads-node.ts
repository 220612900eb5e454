import { availableParallelism } from "node:os";
import { Worker, type WorkerOptions } from "node:worker_threads";
import type { WorkerHandle, WorkerListener } from "./worker-handle.js";

export { RemoteRun } from "./remote-run.js";

/** Threads that run at once on this machine. */
export const processors = availableParallelism;

/** A worker thread. */
export function startWorker(
  { message, stopped }: WorkerListener,
  entry = new URL("./worker-node.js", import.meta.url),
  options: WorkerOptions = {},
): WorkerHandle {
  const worker = new Worker(entry, options);
  worker.on("message", message);
  worker.on("messageerror", () => stopped("a message could not be read"));
  worker.on("error", (error) => stopped(error.message));
  worker.on("exit", (code) => stopped(`exit code ${code}`));
  return { post: (data, transfer) => worker.postMessage(data, transfer), end: () => void worker.terminate() };
}
