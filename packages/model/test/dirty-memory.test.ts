/**
 * Memory for activations is not cleared; its previous content changes no bit.
 *
 * These tests fail for each of these mutations: no initial state written; no rows of ones written; lanes beyond the last row not written.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Gru } from "../src/index.js";
import { batchOf, cases, networkOf } from "./random-case.js";
import { bits } from "./random-network.js";

/** Fills the memory that the next pass will use with arbitrary numbers. */
function soil({ network: { kernel } }: Gru, value: number): void {
  const { arena } = kernel;
  const { top } = arena;
  const block = arena.allocate({ block: 1 << 20 }).block;
  kernel.floats(block).fill(value);
  arena.release(top);
}

test(
  "passes in memory full of NaN have the bits of passes in cleared memory",
  () =>
    fc.assert(
      fc.asyncProperty(cases(), fc.constantFrom(Number.NaN, Infinity, 1e30), async (one, value) => {
        const { x, y, weights, initialState, taken } = batchOf(one);
        const [clean, dirty] = [await networkOf(one), await networkOf(one)];
        const state = { ...taken, ...(initialState && { initialState }) };
        const run = (gru: Gru) => {
          const { output, finalState } = gru.forward(x, state);
          if (gru === dirty) soil(gru, value);
          const { loss, gradients } = gru.backward(x, y, { ...state, loss: one.loss, ...(weights && { weights }) });
          return [loss, ...[output, finalState, ...Object.values(gradients)].map(({ data }) => bits(data))];
        };
        soil(dirty, value);
        expect(run(dirty)).toEqual(run(clean));
        const options = { epochs: 2, batchSize: 3, loss: one.loss };
        const fit = (gru: Gru) => gru.fit({ x, y, ...taken, ...(weights && { weights }) }, options).catch(String);
        soil(dirty, value);
        expect(await fit(dirty)).toEqual(await fit(clean));
      }),
      { numRuns: 100 },
    ),
  120_000,
);
