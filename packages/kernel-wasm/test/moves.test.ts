import { expect, test } from "vitest";
import { Kernel, moveUnits } from "../src/index.js";

test.each([
  ["in order", undefined, false],
  ["turned round", [5, 0, 7, 3, 7, 1, 2, 6, 4], false],
  ["turned round and added", [5, 0, 7, 3, 7, 1, 2, 6, 4], true],
  ["added", undefined, true],
] as const)("units %s: in pieces of any length as in one", async (_, lengths, add) => {
  const kernel = await Kernel.create();
  const [T, P, U] = [7, 2, 3];
  const step = P * U * 8;
  const b = kernel.arena.allocate({ whole: T * step, pieces: T * step, from: (T + 1) * step, lengths: 9 });
  for (const block of [b.whole, b.pieces, b.from])
    kernel.floats(block).forEach((_, i, all) => {
      all[i] = Math.sin(block === b.from ? i : -i);
    });
  if (lengths) kernel.integers(b.lengths).set(lengths);
  const at = (offset: number) => ({ at: offset, step: step * 4, panel: U * 32 });
  const from = at(b.from.offset + step * 4); // a step before the first is there to be held
  const shard = { first: 0, count: 9 };
  const order = { lengths: lengths && b.lengths, add };
  moveUnits(kernel, at(b.whole.offset), from, U, shard, T, order);
  for (const [first, steps] of [
    [0, 2],
    [2, 1],
    [3, 4],
  ] as const)
    moveUnits(kernel, at(b.pieces.offset), from, U, shard, steps, { ...order, first });
  expect([...kernel.floats(b.pieces)]).toEqual([...kernel.floats(b.whole)]);
  const plain = (t: number, u: number) => Math.fround(Math.sin(step + t * step + u * 8));
  if (!lengths && !add) expect(kernel.floats(b.pieces)[3 * step + 8]).toBe(plain(3, 1));
});
