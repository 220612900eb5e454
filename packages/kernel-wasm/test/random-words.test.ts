import fc from "fast-check";
import { expect, test } from "vitest";
import { dropout, Kernel, PANEL, panelsIn, randomWords } from "../src/index.js";
import { philox4x32, Random } from "../src/math/index.js";

const kernel = await Kernel.create();
const source = randomWords(kernel);

test("a generator with the kernel's words gives the bits of one without", () =>
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.integer({ min: 0, max: 0xffffffff }), fc.nat(3000), (seed, stream, count) => {
      const [plain, withKernel] = [new Random(seed, stream), new Random(seed, stream, source)];
      const draw = (random: Random) => [
        ...Array.from({ length: count }, () => random.uint32()),
        random.normal(),
        random.below(10),
        random.normal(),
        random.uint32(),
      ];
      expect(draw(withKernel)).toEqual(draw(plain));
    }),
    { numRuns: 20 },
  ));

test("block numbers exceed 32 bits", () => {
  const words = source(2 ** 32 - 1, 5, [3, 4]);
  for (const [i, counter] of [
    [0, [0xffffffff, 0, 5, 0]],
    [4, [0, 1, 5, 0]],
    [8, [1, 1, 5, 0]],
  ] as const) {
    expect(Array.from({ length: 4 }, (_, lane) => words[i + lane])).toEqual(philox4x32(counter, [3, 4]));
  }
});

test("a unit is dropped if its word is above the limit of the dropout rate", () => {
  const [units, first, step, layer] = [7, 40, 3, 2];
  const shard = { first, count: 2 * PANEL };
  const { x } = kernel.arena.allocate({ x: 2 * units * PANEL });
  kernel.floats(x).fill(3);
  const panels = panelsIn(x, 2, units * PANEL);
  dropout(kernel, { panels, units, shard, first: step, steps: 1, layer, key: [8, 9], rate: 0.25 });
  const got = kernel.floats(x);
  for (let row = 0; row < shard.count; row++) {
    for (let u = 0; u < units; u++) {
      const word = philox4x32([first + row, step, Math.floor(u / 4), layer], [8, 9])[u % 4]!;
      const at = (Math.floor(row / PANEL) * units + u) * PANEL + (row % PANEL);
      expect(got[at]).toBe(word < 0.75 * 2 ** 32 - 1 ? 4 : 0);
    }
  }
});
