/** Training produced a NaN or an infinity. Its parameters may be invalid: resume from an earlier checkpoint. */
export class DivergedError extends Error {
  override readonly name = "DivergedError";

  constructor(
    /** Counted from 0. */
    readonly epoch: number,
    /** Counted from 0 within the epoch. */
    readonly batch: number,
    /** What is not finite: "the loss", "the gradient of W_hz", or the name of a parameter. */
    readonly tensor: string,
    /** The loss of that batch. */
    readonly loss: number,
    /** Whether no update was made before, so that the data and the initial weights are the cause. */
    readonly atStart = false,
  ) {
    const advice = atStart
      ? 'no update was made before: scale the data to about ±1, and use init: "uniform-scaled"'
      : "use a lower learning rate or clip the gradients";
    super(`training diverged in epoch ${epoch}, batch ${batch}: ${tensor} is not finite (loss ${loss}); ${advice}`);
  }
}
