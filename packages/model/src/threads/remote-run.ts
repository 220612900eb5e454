import { DivergedError } from "../errors.js";
import type { BatchEvent, EpochEvent } from "../training/fit-options.js";
import type { Snapshot } from "../training/state.js";
import type { FromRun, RunRequest } from "./run-messages.js";
import type { StartWorker, WorkerHandle } from "./worker-handle.js";

/** What hears of a run in a worker. */
export interface RunListener {
  batch(event: BatchEvent): void;
  /** After an epoch, with where the run then stands. */
  epoch(event: EpochEvent, snapshot: Snapshot): void;
  /** The run is over, for whatever reason. */
  end(snapshot: Snapshot): void;
}

const KINDS: Readonly<Record<string, new (message: string) => Error>> = { RangeError, TypeError };

/** A training run in a worker, as the thread sees it that asked for it. */
export class RemoteRun {
  readonly #handle: WorkerHandle;
  readonly #listener: RunListener;
  readonly #ready: (ready: boolean) => void;
  #resolve!: (threads: number) => void;
  #reject!: (error: unknown) => void;
  /** Messages that are still on their way when a run ends are not heard. */
  #ended = false;
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

  /**
   * A run that has begun; undefined where workers are not to be had.
   * @throws DataCloneError for data that cannot go to another thread.
   */
  static async start(start: StartWorker, run: RunRequest, listener: RunListener): Promise<RemoteRun | undefined> {
    let remote: RemoteRun;
    let begun!: (ready: boolean) => void;
    const ready = new Promise<boolean>((resolve) => {
      begun = resolve;
    });
    try {
      remote = new RemoteRun(start, listener, begun);
    } catch {
      return undefined;
    }
    try {
      remote.#handle.post(run, []);
    } catch (error) {
      remote.end(error as Error);
      throw error;
    }
    if (await ready) return remote;
    remote.end(new Error("it did not start"));
    return undefined;
  }

  /** Asks for an end after the update under way; the run's end tells where it stands. */
  stop(): void {
    if (!this.#ended) this.#handle.post({ stop: true }, []);
  }

  end(reason: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#reject(reason);
    this.#handle.end();
  }

  #fail(reason: string): void {
    this.#ready(false);
    this.end(new Error(`training in a worker: it stopped (${reason}); go on from the last checkpoint`));
  }

  #hear(message: FromRun): void {
    if (this.#ended) return;
    const listener = this.#listener;
    try {
      if ("ready" in message) this.#ready(true);
      else if ("batch" in message) listener.batch(message.batch);
      else if ("epoch" in message) {
        listener.epoch(message.epoch, message.snapshot);
        if (!this.#ended) this.#handle.post({ heard: true }, []);
      } else if (!("snapshot" in message)) this.#fail(message.error);
      else {
        listener.end(message.snapshot);
        const { diverged, error, kind = "", threads } = message;
        if (diverged) this.end(new DivergedError(...diverged));
        else if (error !== undefined) this.end(new (KINDS[kind] ?? Error)(error));
        else {
          this.#resolve(threads);
          this.end(new Error("the run is over"));
        }
      }
    } catch (error) {
      this.end(error as Error); // a listener's own
    }
  }
}
