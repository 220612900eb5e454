import { OutOfMemoryError } from "@sluice/kernel-wasm";
import { DivergedError } from "../errors/diverged-error.js";
import type { RemoteRun as RemoteRunPort, RunListener, RunRequest } from "../training/executor.js";
import type { FromRun } from "./run-messages.js";
import type { StartWorker, WorkerHandle } from "./worker-handle.js";

/** Errors that keep their class when they come from a worker. */
const CLASSES: Readonly<Record<string, new (message: string) => Error>> = {
  RangeError,
  TypeError,
  OutOfMemoryError,
};

/** A training run in a worker, on the side of the thread that started it. */
export class RemoteRun implements RemoteRunPort {
  readonly #handle: WorkerHandle;
  readonly #listener: RunListener;
  readonly #setReady: (ready: boolean) => void;
  #resolve!: (threads: number) => void;
  #reject!: (error: unknown) => void;
  /** Messages that arrive after the end are ignored. */
  #ended = false;
  readonly threads: Promise<number>;

  private constructor(start: StartWorker, listener: RunListener, setReady: (ready: boolean) => void) {
    this.#listener = listener;
    this.#setReady = setReady;
    this.threads = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.threads.catch(() => {}); // no unhandled rejection if nobody awaits it
    this.#handle = start({
      message: (message) => this.#receive(message as FromRun),
      stopped: (reason) => this.#fail(reason),
    });
  }

  /**
   * Starts a run; undefined if workers are not available.
   * @throws DataCloneError for data that cannot be cloned to another thread.
   */
  static async start(start: StartWorker, run: RunRequest, listener: RunListener): Promise<RemoteRun | undefined> {
    let remote: RemoteRun;
    let setReady!: (ready: boolean) => void;
    const ready = new Promise<boolean>((resolve) => {
      setReady = resolve;
    });
    try {
      remote = new RemoteRun(start, listener, setReady);
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
    remote.end();
    return undefined;
  }

  stop(): void {
    if (!this.#ended) this.#handle.post({ stop: true }, []);
  }

  end(reason = new Error("the run has ended")): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#reject(reason);
    this.#handle.end();
  }

  #fail(reason: string): void {
    this.#setReady(false);
    this.end(new Error(`training in a worker: the worker stopped (${reason}); resume from the last checkpoint`));
  }

  #receive(message: FromRun): void {
    if (this.#ended) return;
    const listener = this.#listener;
    try {
      if ("ready" in message) this.#setReady(true);
      else if ("batch" in message) listener.batch(message.batch);
      else if ("epoch" in message) {
        listener.epoch(message.epoch, message.snapshot);
        if (!this.#ended) this.#handle.post({ acknowledged: true }, []);
      } else if (!("snapshot" in message)) this.#fail(message.error);
      else {
        listener.end(message.snapshot);
        const { diverged, error, kind = "", threads } = message;
        if (diverged) this.end(new DivergedError(...diverged));
        else if (error !== undefined) this.end(new (CLASSES[kind] ?? Error)(error));
        else {
          this.#resolve(threads);
          this.end();
        }
      }
    } catch (error) {
      this.end(error as Error); // thrown by a listener
    }
  }
}
