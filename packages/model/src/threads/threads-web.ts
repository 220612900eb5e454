import type { WorkerHandle, WorkerListener } from "./worker-handle.js";

/** The number of threads that this machine runs at once. */
export function processors(): number {
  return globalThis.navigator?.hardwareConcurrency ?? 1;
}

/** Starts a Web Worker. */
export function startWorker({ message, stopped }: WorkerListener): WorkerHandle {
  const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
  worker.onmessage = ({ data }) => message(data);
  worker.onmessageerror = () => stopped("a message could not be deserialized");
  worker.onerror = (event) => {
    event.preventDefault();
    stopped(event.message || "its script could not be loaded");
  };
  return { post: (data, transfer) => worker.postMessage(data, transfer), end: () => worker.terminate() };
}
