import { availableParallelism } from "node:os";
import { Worker, type WorkerOptions } from "node:worker_threads";
import type { WorkerHandle, WorkerListener } from "./worker-handle.js";

/** The number of threads that this machine runs at once. */
export const processors = availableParallelism;

/** Starts a worker thread. */
export function startWorker(
  { message, stopped }: WorkerListener,
  entry = new URL("./worker-node.js", import.meta.url),
  options: WorkerOptions = {},
): WorkerHandle {
  const worker = new Worker(entry, options);
  worker.on("message", message);
  worker.on("messageerror", () => stopped("a message could not be deserialized"));
  worker.on("error", (error) => stopped(error.message));
  worker.on("exit", (code) => stopped(`exit code ${code}`));
  return { post: (data, transfer) => worker.postMessage(data, transfer), end: () => void worker.terminate() };
}
