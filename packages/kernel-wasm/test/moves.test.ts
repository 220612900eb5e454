import { expect, test } from "vitest";
import { type Block, Kernel, moveUnits, panelsIn, stepsFrom } from "../src/index.js";

test.each([
  ["in order", undefined, false],
  ["reversed", [5, 0, 7, 3, 7, 1, 2, 6, 4], false],
  ["reversed and added", [5, 0, 7, 3, 7, 1, 2, 6, 4], true],
  ["added", undefined, true],
] as const)("units %s: several calls give the bits of one", async (_, lengths, add) => {
  const kernel = await Kernel.create();
  const [T, P, U] = [7, 2, 3];
  const step = P * U * 8;
  const b = kernel.arena.allocate({ whole: T * step, pieces: T * step, from: (T + 1) * step, lengths: 9 });
  for (const block of [b.whole, b.pieces, b.from])
    kernel.floats(block).forEach((_, i, all) => {
      all[i] = Math.sin(block === b.from ? i : -i);
    });
  if (lengths) kernel.integers(b.lengths).set(lengths);
  const panelsOf = (block: Block) => panelsIn(block, P, U * 8);
  const from = stepsFrom(panelsOf(b.from), 1); // step −1 is what a sample takes beyond its length
  const order = { from, units: U, shard: { first: 0, count: 9 }, lengths: lengths && b.lengths, add };
  moveUnits(kernel, { ...order, to: panelsOf(b.whole), steps: T });
  for (const [first, steps] of [
    [0, 2],
    [2, 1],
    [3, 4],
  ] as const)
    moveUnits(kernel, { ...order, to: panelsOf(b.pieces), first, steps });
  expect([...kernel.floats(b.pieces)]).toEqual([...kernel.floats(b.whole)]);
  const plain = (t: number, u: number) => Math.fround(Math.sin(step + t * step + u * 8));
  if (!lengths && !add) expect(kernel.floats(b.pieces)[3 * step + 8]).toBe(plain(3, 1));
});
