import type { Gru } from "../gru/gru.js";
import type { Tensor } from "../tensors/tensor.js";

/**
 * Whether the order of past steps affects the output of the last step: past steps are reversed and rotated, and the outputs
 * compared bit by bit. Undefined if all past steps are equal, so that their order has no effect on any network.
 *
 * The last step is the last one in the network's direction: for "reverse" the first in time. A bidirectional network that returns the
 * last output only has two last steps, at both ends; the past lies between them.
 */
export function hasMemory(gru: Gru, x: Tensor): boolean | undefined {
  const [T, B, I] = x.shape as [number, number, number];
  const { direction, outputs } = gru.config;
  const both = direction === "bidirectional" && outputs === "last";
  const first = direction === "reverse" || both ? 1 : 0;
  const past = Array.from({ length: T }, (_, t) => t).slice(first, direction === "reverse" ? T : T - 1);
  const reversed = past.toReversed();
  const rotated = [...past.slice(1), ...past.slice(0, 1)];

  const lastOutput = (batch: Tensor) => {
    const { data } = gru.predict(batch);
    if (outputs === "last") return data;
    const size = data.length / T;
    const at = direction === "reverse" ? 0 : T - 1;
    return data.slice(at * size, (at + 1) * size);
  };
  const inOrder = (order: readonly number[]): Tensor => {
    const data = x.data.slice();
    order.forEach((from, i) => {
      data.set(x.data.subarray(from * B * I, (from + 1) * B * I), (first + i) * B * I);
    });
    return { data, shape: x.shape };
  };
  const orders = [reversed, rotated].map(inOrder).filter(({ data }) => !areEqual(data, x.data));
  if (orders.length === 0) return undefined;
  const usual = lastOutput(x);
  return orders.some((batch) => !areEqual(lastOutput(batch), usual));
}

/** NaN equals NaN. */
function areEqual(a: Float32Array, b: Float32Array): boolean {
  return a.every((v, i) => Object.is(v, b[i]));
}
