/** A worker, on the side of the thread that started it. */
export interface WorkerHandle {
  post(message: unknown, transfer: ArrayBuffer[]): void;
  end(): void;
}

export interface WorkerListener {
  message(message: unknown): void;
  /** Called if the worker could not start or has stopped; `reason` describes why. */
  stopped(reason: string): void;
}

/** Starts a worker that runs `training-worker`. Throws, or calls `stopped`, if workers are not available. */
export type StartWorker = (listener: WorkerListener) => WorkerHandle;
