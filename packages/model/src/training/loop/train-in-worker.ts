import type { GruConfig } from "../../config/config.js";
import type { TrainingData } from "../../tensors/sequences.js";
import { recordEpoch } from "../checkpoint/progress.js";
import type { RemoteRun, RunListener, ThreadUse, Unavailable } from "../executor.js";
import type { Run } from "./train-here.js";

/**
 * Trains as `trainHere` does, in a worker; the state here is updated after each epoch. Calls `onStart` once the worker runs. Returns its
 * threads, or why workers are not available.
 */
export async function trainInWorker(
  { network, options: { signal, onBatch, onEpoch, ...options }, state, executor, throwIfStopped }: Run,
  config: Required<GruConfig>,
  data: TrainingData,
  onStart: (remote: RemoteRun) => void,
): Promise<ThreadUse | Unavailable> {
  const request = {
    module: network.kernel.module,
    config,
    data,
    options: { ...options, worker: false, resume: state.checkpoint() },
    batches: onBatch !== undefined,
  };
  const listener: RunListener = {
    batch: (event) => {
      if (!signal?.aborted) onBatch?.(event);
    },
    epoch: (event, snapshot) => {
      state.restore(snapshot);
      recordEpoch(state.progress, event);
      if (!signal?.aborted) onEpoch?.(event);
    },
    end: (snapshot) => state.restore(snapshot),
  };
  const remote = await executor.startRun(request, listener, throwIfStopped);
  if ("unavailable" in remote) return remote;
  onStart(remote);
  const stop = () => remote.stop();
  signal?.addEventListener("abort", stop);
  try {
    throwIfStopped();
    const threads = await remote.threads;
    throwIfStopped();
    return threads;
  } catch (error) {
    throwIfStopped();
    throw error;
  } finally {
    signal?.removeEventListener("abort", stop);
    remote.end();
  }
}
