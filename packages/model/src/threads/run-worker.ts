import { DivergedError } from "../errors.js";
import { Network } from "../network/network.js";
import { Training } from "../training/fit.js";
import type { Snapshot } from "../training/state.js";
import type { FromRun, Heard, RunEnd, RunRequest, Stop } from "./run-messages.js";

/** Epochs that a run may be ahead of those who hear of it. */
const AHEAD = 8;

/** A training run of its own in a worker: answers `ready`, then events, then the end. */
export class RunWorker {
  readonly #post: (message: FromRun, transfer: ArrayBuffer[]) => void;
  readonly #stop = new AbortController();
  #ahead = 0;
  #heard: (() => void) | undefined;

  constructor(post: (message: FromRun, transfer: ArrayBuffer[]) => void) {
    this.#post = post;
  }

  async serve(run: RunRequest): Promise<void> {
    const { module, config, data, options, batches } = run;
    const network = await Network.create(config, module);
    const listeners = {
      signal: this.#stop.signal,
      ...(batches && { onBatch: (batch) => this.#post({ batch }, []) }),
      onEpoch: (epoch) => {
        const snapshot = training.snapshot();
        this.#post({ epoch, snapshot }, buffersOf(snapshot));
        this.#ahead++;
      },
    } satisfies Partial<RunRequest["options"]>;
    const training: Training = new Training(network, config, data, { ...options, ...listeners }, () => this.#pace());
    this.#post({ ready: true }, []);
    const end = await training.run().then(({ threads }) => ({ threads }), failure);
    const snapshot = training.snapshot();
    this.#post({ ...end, snapshot }, buffersOf(snapshot));
  }

  hear(message: Stop | Heard): void {
    if ("stop" in message) this.#stop.abort();
    else this.#ahead--;
    this.#heard?.();
  }

  /** Waits while the run is too far ahead. */
  #pace(): Promise<void> | undefined {
    if (this.#ahead < AHEAD || this.#stop.signal.aborted) return undefined;
    return new Promise((resolve) => {
      this.#heard = resolve;
    });
  }
}

/** The blocks are copies: they are handed over. */
function buffersOf({ blocks }: Snapshot): ArrayBuffer[] {
  return Object.values(blocks).map((block: Float32Array<ArrayBuffer>) => block.buffer);
}

function failure(error: Error): Omit<RunEnd, "snapshot"> {
  if (!(error instanceof DivergedError)) return { threads: 1, error: error.message, kind: error.name };
  return { threads: 1, diverged: [error.epoch, error.batch, error.tensor, error.loss] };
}
