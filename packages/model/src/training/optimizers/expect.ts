import { expectNumber } from "@sluice/kernel-wasm/checks";

export function expectLearningRate(value: unknown): void {
  expectNumber("learningRate", value, (x) => x > 0, "a number above 0");
}

/** A share of the past that is kept. */
export function expectShare(name: string, value: unknown): void {
  expectNumber(name, value, (x) => x >= 0 && x < 1, "a number from 0 to below 1");
}

export function expectWeightDecay(value: unknown): void {
  expectNumber("weightDecay", value, (x) => x >= 0, "a number of at least 0");
}

/** What is added to a divisor: it must not round to 0. */
export function expectEpsilon(value: unknown): void {
  expectNumber("epsilon", value, (x) => Math.fround(x) > 0, "a number above 0 in single precision");
}
