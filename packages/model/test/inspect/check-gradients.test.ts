import fc from "fast-check";
import { expect, test } from "vitest";
import { type Cell, defaultConvention, type Gru } from "../../src/index.js";
import { checkGradients } from "../../src/inspect.js";
import { batchOf, cases, networkOf } from "../random-case.js";
import { bits, randomNetwork, randomTensor } from "../random-network.js";

const small = (cell: Cell) => randomNetwork({ inputSize: 2, hiddenSize: 5, outputSize: 2, cell, seed: 3 });
const [x, y] = [randomTensor([6, 4, 2], 1), randomTensor([6, 4, 2], 2)];

/** Makes `backward` return gradients modified by `spoil`. */
function spoiled(gru: Gru, spoil: (gradients: Record<string, { data: Float32Array }>) => void): Gru {
  const honest = gru.backward.bind(gru);
  gru.backward = (...given) => {
    const result = honest(...given);
    spoil(result.gradients);
    return result;
  };
  return gru;
}

test("the gradients of smooth networks and losses of every kind agree with their slopes", async () => {
  const smooth = { gateActivation: "sigmoid", candidateActivation: "tanh" } as const;
  await fc.assert(
    fc.asyncProperty(cases(smooth, { T: fc.integer({ min: 1, max: 5 }) }), async (one) => {
      fc.pre(one.loss !== "mae" && !(typeof one.loss === "object" && one.loss.kind === "pinball"));
      const gru = await networkOf(one);
      const { x, y, taken, ...more } = batchOf(one);
      const check = checkGradients(gru, x, y, { ...taken, ...more, loss: one.loss, samples: 2 });
      expect(check.tensors.filter(({ agrees }) => !agrees)).toEqual([]);
      expect(check.agrees).toBe(true);
      gru.dispose();
    }),
    { numRuns: 20 },
  );
});

test.each<Cell>(["reset-before", "reset-after", "memoryless"])(
  "%s: the uncertainty of slopes of a smooth loss is a few hundredths",
  async (cell) => {
    const { tensors, loss } = checkGradients(await small(cell), x, y);
    expect(loss).toBeGreaterThan(0);
    for (const { name, difference, uncertainty, checked } of tensors) {
      expect(checked, name).toBeGreaterThan(1);
      expect(difference, name).toBeLessThan(2e-3);
      expect(uncertainty, name).toBeLessThan(0.05);
    }
  },
);

test.each<Cell>(["reset-before", "reset-after"])(
  "%s: a wrong gradient is reported for its tensor only",
  async (cell) => {
    const names = Object.keys((await small(cell)).stateDict(defaultConvention(cell)));
    for (const name of names) {
      const wrongs: ((data: Float32Array) => void)[] = [
        (data) => data.set(data.map((g) => g * 1.1)),
        (data) => data.set(data.map((g) => -g)),
        (data) => data.fill(0),
        (data) => data.fill(Number.NaN),
      ];
      for (const wrong of wrongs) {
        const gru = spoiled(await small(cell), (gradients) => wrong(gradients[name]!.data));
        const { agrees, tensors } = checkGradients(gru, x, y, { samples: 3 });
        expect(agrees).toBe(false);
        expect(tensors.filter((tensor) => !tensor.agrees).map((tensor) => tensor.name)).toEqual([name]);
        gru.dispose();
      }
    }
  },
);

test("swapped gradients of z and r are reported", async () => {
  const gru = spoiled(await small("reset-before"), (gradients) => {
    [gradients["W_hr"], gradients["W_hz"]] = [gradients["W_hz"]!, gradients["W_hr"]!];
  });
  const { tensors } = checkGradients(gru, x, y);
  expect(tensors.filter(({ agrees }) => !agrees).map(({ name }) => name)).toEqual(["W_hr", "W_hz"]);
});

test("the same seed checks the same elements, and the network is unchanged", async () => {
  const gru = await small("reset-after");
  const [weights, outputs] = [
    bits(gru.stateDict("pytorch")["gru.weight_hh_l0"]!.data),
    bits(gru.forward(x).output.data),
  ];
  const first = checkGradients(gru, x, y, { seed: 7, samples: 3 });
  expect(checkGradients(gru, x, y, { seed: 7, samples: 3 })).toEqual(first);
  expect(checkGradients(gru, x, y, { seed: 8, samples: 3 })).not.toEqual(first);
  expect(bits(gru.stateDict("pytorch")["gru.weight_hh_l0"]!.data)).toEqual(weights);
  expect(bits(gru.forward(x).output.data)).toEqual(outputs);
});

test("the network is also unchanged if a pass throws", async () => {
  const gru = await small("reset-before");
  const before = bits(gru.stateDict("notebook")["W_xr"]!.data);
  let passes = 0;
  spoiled(gru, () => {
    if (++passes === 3) throw new Error("no more");
  });
  expect(() => checkGradients(gru, x, y)).toThrow("no more");
  expect(bits(gru.stateDict("notebook")["W_xr"]!.data)).toEqual(before);
});

test("invalid options throw", async () => {
  const gru = await small("reset-before");
  expect(() => checkGradients(gru, x, y, { step: 0 })).toThrow("step: expected a number above 0, got 0");
  expect(() => checkGradients(gru, x, y, { tolerance: -1 })).toThrow("tolerance: expected a number above 0, got -1");
  expect(() => checkGradients(gru, x, y, { samples: 0.5 })).toThrow("samples: expected an integer from 1");
  expect(() => checkGradients(gru, x, randomTensor([6, 4, 1], 1))).toThrow("y: expected shape [6, 4, 2]");
});
