import { DivergedError } from "../errors/diverged-error.js";
import { Network } from "../network/network.js";
import type { Snapshot } from "../training/checkpoint/training-state.js";
import type { RunRequest } from "../training/executor.js";
import { Training } from "../training/training.js";
import { executor } from "./executor.js";
import type { Acknowledgement, FromRun, RunEnd, Stop } from "./run-messages.js";

/** Epochs that a run may be ahead of its listener. */
const MAX_AHEAD = 8;

/** A training run on the side of its worker. */
export class RunWorker {
  readonly #post: (message: FromRun, transfer: ArrayBuffer[]) => void;
  readonly #stop = new AbortController();
  /** Epochs that have not been acknowledged yet. */
  #ahead = 0;
  #wake: (() => void) | undefined;

  constructor(post: (message: FromRun, transfer: ArrayBuffer[]) => void) {
    this.#post = post;
  }

  /** Trains, and posts `ready`, then events, then the end. */
  async run({ module, config, data, options, batches }: RunRequest): Promise<void> {
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
    const own = { network, config, executor };
    const training: Training = new Training(own, data, { ...options, ...listeners }, () => this.#throttle());
    this.#post({ ready: true }, []);
    const end = await training.run().then(({ threads }) => ({ threads }), failure);
    const snapshot = training.snapshot();
    this.#post({ ...end, snapshot }, buffersOf(snapshot));
  }

  receive(message: Stop | Acknowledgement): void {
    if ("stop" in message) this.#stop.abort();
    else this.#ahead--;
    this.#wake?.();
  }

  /** Waits while the run is too far ahead. */
  #throttle(): Promise<void> | undefined {
    if (this.#ahead < MAX_AHEAD || this.#stop.signal.aborted) return undefined;
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

/** The buffers of a snapshot, to transfer: its blocks are copies. */
function buffersOf({ blocks }: Snapshot): ArrayBuffer[] {
  return Object.values(blocks).map((block: Float32Array<ArrayBuffer>) => block.buffer);
}

function failure(error: Error): Omit<RunEnd, "snapshot"> {
  if (!(error instanceof DivergedError)) return { threads: 1, error: error.message, kind: error.name };
  return { threads: 1, diverged: [error.epoch, error.batch, error.tensor, error.loss] };
}
