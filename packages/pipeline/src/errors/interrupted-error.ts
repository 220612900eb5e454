/** `fit` was aborted by its signal. Pass `checkpoint` to `fit` as `resume` to continue with the same result. */
export class InterruptedError extends Error {
  override readonly name = "InterruptedError";

  constructor(
    readonly checkpoint: Uint8Array,
    /** The number of completed epochs. */
    readonly epochs: number,
    options: ErrorOptions,
  ) {
    super(`training was interrupted after ${epochs} epochs; its checkpoint can be resumed`, options);
  }
}
