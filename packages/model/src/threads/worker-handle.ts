/** A worker as the main thread sees it. */
export interface WorkerHandle {
  post(message: unknown, transfer: ArrayBuffer[]): void;
  end(): void;
}

export interface WorkerListener {
  message(message: unknown): void;
  /** The worker could not start, or has stopped; `reason` in words. */
  stopped(reason: string): void;
}

/** Starts a worker that serves `training-worker`; throws, or calls `stopped`, where workers are not to be had. */
export type StartWorker = (listener: WorkerListener) => WorkerHandle;
