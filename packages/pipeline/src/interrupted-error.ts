/** `fit` was aborted by its signal. `checkpoint` goes on from there, to the same bits: pass it to `fit` as `resume`. */
export class InterruptedError extends Error {
  override readonly name = "InterruptedError";

  constructor(
    readonly checkpoint: Uint8Array,
    /** Epochs that were completed. */
    readonly epochs: number,
    options: ErrorOptions,
  ) {
    super(`training was interrupted after ${epochs} epochs; its checkpoint can be resumed`, options);
  }
}
