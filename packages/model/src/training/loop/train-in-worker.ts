import type { GruConfig } from "../../config/config.js";
import type { TrainingData } from "../../tensors/sequences.js";
import { recordEpoch } from "../checkpoint/progress.js";
import type { RemoteRun } from "../executor.js";
import type { Run } from "./train-here.js";

/**
 * Trains as `trainHere` does, in a worker; the state here is updated after each epoch. Calls `onStart` once the worker runs. Returns the number
 * of threads, or undefined if workers are not available.
 */
export async function trainInWorker(
  { network, options: { signal, onBatch, onEpoch, ...options }, state, executor, throwIfStopped }: Run,
  config: Required<GruConfig>,
  data: TrainingData,
  onStart: (remote: RemoteRun) => void,
): Promise<number | undefined> {
  const request = {
    module: network.kernel.module,
    config,
    data,
    options: { ...options, worker: false, resume: state.checkpoint() },
    batches: onBatch !== undefined,
  };
  const remote = await executor.startRun(request, {
    batch: (event) => {
      if (!signal?.aborted) onBatch?.(event);
    },
    epoch: (event, snapshot) => {
      state.restore(snapshot);
      recordEpoch(state.progress, event);
      if (!signal?.aborted) onEpoch?.(event);
    },
    end: (snapshot) => state.restore(snapshot),
  });
  if (!remote) return undefined;
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
