import type { GruConfig } from "../network/config.js";
import type { TrainingData } from "../sequences.js";
import type { RemoteRun } from "../threads/remote-run.js";
import type { Run } from "./train-here.js";

/**
 * Goes on as `trainHere` does, in a worker, and calls `begun` once it is at work; the state follows epoch by epoch. Gives the number of threads;
 * undefined where workers are not to be had.
 */
export async function trainInWorker(
  { network, options: { signal, onBatch, onEpoch, ...options }, state, check }: Run,
  config: Required<GruConfig>,
  data: TrainingData,
  begun: (remote: RemoteRun) => void,
): Promise<number | undefined> {
  const { RemoteRun, startWorker } = await import("#threads");
  check();
  const { progress } = state;
  const run = {
    module: network.kernel.module,
    config,
    data,
    options: { ...options, worker: false, resume: state.checkpoint() },
    batches: onBatch !== undefined,
  };
  const remote = await RemoteRun.start(startWorker, run, {
    batch: (event) => {
      if (!signal?.aborted) onBatch?.(event);
    },
    epoch: (event, snapshot) => {
      state.adopt(snapshot);
      progress.loss.push(event.loss);
      progress.learningRate.push(event.learningRate);
      const { epoch, validationLoss } = event;
      if (validationLoss !== undefined) progress.validationLoss.push({ epoch, loss: validationLoss });
      if (!signal?.aborted) onEpoch?.(event);
    },
    end: (snapshot) => state.adopt(snapshot),
  });
  if (!remote) return undefined;
  begun(remote);
  const stop = () => remote.stop();
  signal?.addEventListener("abort", stop);
  try {
    check();
    const threads = await remote.threads;
    check();
    return threads;
  } catch (error) {
    check();
    throw error;
  } finally {
    signal?.removeEventListener("abort", stop);
    remote.end(new Error("the run was ended"));
  }
}
