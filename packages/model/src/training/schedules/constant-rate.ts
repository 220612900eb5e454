/** The optimizer's learning rate throughout. */
export interface ConstantRate {
  readonly kind: "constant";
}

/** The optimizer's learning rate throughout, as where no schedule is given. */
export function constantRate(): ConstantRate {
  return { kind: "constant" };
}
