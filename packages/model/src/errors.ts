/** Training met a number that is not finite. Go back to the last checkpoint: the parameters may be spoiled. */
export class DivergedError extends Error {
  override readonly name = "DivergedError";

  constructor(
    /** Counted from 0. */
    readonly epoch: number,
    /** Counted from 0 inside the epoch. */
    readonly batch: number,
    /** What is not finite: "the loss", "the gradient of W_hz", or a parameter after its update. */
    readonly tensor: string,
    /** The loss of that batch. */
    readonly loss: number,
  ) {
    super(
      `training diverged in epoch ${epoch}, batch ${batch}: ${tensor} is not finite (loss ${loss}); use a lower learning rate, or clip the gradients`,
    );
  }
}
