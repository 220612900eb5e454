import { expectNumber } from "@sluice/kernel-wasm/checks";

/** Checks a number that is added to a divisor in single precision, where it must not round to 0. */
export function expectEpsilon(value: unknown): void {
  expectNumber("epsilon", value, (x) => Math.fround(x) > 0, "a number above 0 in single precision");
}
