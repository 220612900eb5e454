/** The optimizer's learning rate, unchanged. */
export interface ConstantRate {
  readonly kind: "constant";
}

/** Keeps the optimizer's learning rate: the default. */
export function constantRate(): ConstantRate {
  return { kind: "constant" };
}
