import { DivergedError } from "../errors.js";
import { Network } from "../network/network.js";
import { Training } from "../training/fit.js";
import type { Snapshot } from "../training/state.js";
import type { FromRun, Run, RunEnd } from "./run-messages.js";

/** A training run of its own in a worker: answers `ready`, then events, then the end. */
export async function serveRun(
  { module, config, data, options, batches }: Run,
  post: (message: FromRun, transfer: ArrayBuffer[]) => void,
  signal: AbortSignal,
): Promise<void> {
  const network = await Network.create(config, module);
  const training = new Training(network, config, data, {
    ...options,
    signal,
    ...(batches && { onBatch: (batch) => post({ batch }, []) }),
    onEpoch: (epoch) => {
      const snapshot = training.snapshot();
      post({ epoch, snapshot }, buffersOf(snapshot));
    },
  });
  post({ ready: true }, []);
  const end = await training.run().then(({ threads }) => ({ threads }), failure);
  const snapshot = training.snapshot();
  post({ ...end, snapshot }, buffersOf(snapshot));
}

/** The blocks are copies: they are handed over. */
function buffersOf({ blocks }: Snapshot): ArrayBuffer[] {
  return Object.values(blocks).map((block: Float32Array<ArrayBuffer>) => block.buffer);
}

function failure(error: Error): Omit<RunEnd, "snapshot"> {
  if (!(error instanceof DivergedError)) return { threads: 1, error: error.message };
  return { threads: 1, diverged: [error.epoch, error.batch, error.tensor, error.loss] };
}
