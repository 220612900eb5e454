import { DivergedError } from "../errors.js";
import type { BatchEvent, EpochEvent } from "../training/fit-options.js";
import type { Snapshot } from "../training/state.js";
import type { FromRun, Run } from "./run-messages.js";
import type { StartWorker, WorkerHandle } from "./worker-handle.js";

/** What hears of a run in a worker. */
export interface RunListener {
  batch(event: BatchEvent): void;
  /** After an epoch, with where the run then stands. */
  epoch(event: EpochEvent, snapshot: Snapshot): void;
  /** The run is over, for whatever reason. */
  end(snapshot: Snapshot): void;
}

/** A training run in a worker, as the thread sees it that asked for it. */
export class RemoteRun {
  readonly #handle: WorkerHandle;
  readonly #listener: RunListener;
  readonly #ready: (ready: boolean) => void;
  #resolve!: (threads: number) => void;
  #reject!: (error: unknown) => void;
  /** The number of threads that shared its updates. */
  readonly threads: Promise<number>;

  private constructor(start: StartWorker, listener: RunListener, ready: (ready: boolean) => void) {
    this.#listener = listener;
    this.#ready = ready;
    this.threads = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.threads.catch(() => {}); // heard of by whoever awaits it
    this.#handle = start({
      message: (message) => this.#hear(message as FromRun),
      stopped: (reason) => this.#fail(reason),
    });
  }

  /** A run that has begun; undefined where workers are not to be had. */
  static async start(start: StartWorker, run: Run, listener: RunListener): Promise<RemoteRun | undefined> {
    let remote: RemoteRun | undefined;
    const ready = await new Promise<boolean>((resolve) => {
      try {
        remote = new RemoteRun(start, listener, resolve);
        remote.#handle.post(run, []);
      } catch {
        resolve(false);
      }
    });
    if (ready) return remote;
    remote?.end(new Error("it did not start"));
    return undefined;
  }

  /** Asks for an end after the update under way; the run's end tells where it stands. */
  stop(): void {
    this.#handle.post({ stop: true }, []);
  }

  #fail(reason: string): void {
    this.#ready(false);
    this.end(new Error(`training in a worker: it stopped (${reason}); go on from the last checkpoint`));
  }

  end(reason: Error): void {
    this.#reject(reason);
    this.#handle.end();
  }

  #hear(message: FromRun): void {
    const listener = this.#listener;
    try {
      if ("ready" in message) this.#ready(true);
      else if ("batch" in message) listener.batch(message.batch);
      else if ("epoch" in message) listener.epoch(message.epoch, message.snapshot);
      else if (!("snapshot" in message)) this.#fail(message.error);
      else {
        listener.end(message.snapshot);
        const { diverged, error, threads } = message;
        if (diverged) this.#reject(new DivergedError(...diverged));
        else if (error !== undefined) this.#reject(new Error(error));
        else this.#resolve(threads);
        this.#handle.end();
      }
    } catch (error) {
      this.end(error as Error); // a listener's own
    }
  }
}
