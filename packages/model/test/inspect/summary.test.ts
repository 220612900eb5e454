import { expect, test } from "vitest";
import { type Cell, defaultConvention, Gru } from "../../src/index.js";
import { gradientNorms, summary } from "../../src/inspect.js";
import { randomNetwork, randomTensor } from "../random-network.js";

test("summary() lists layers and tensors", async () => {
  const gru = await Gru.create({ inputSize: 1, hiddenSize: 16, outputSize: 1, cell: "reset-before" });
  expect(`\n${summary(gru).text}\n`).toBe(`
GRU, reset-before
layer             output shape  tensor  shape     parameters
────────────────────────────────────────────────────────────
layer 0, forward  (T, B, 16)                             864
                                W_xr    (1, 16)           16
                                W_hr    (16, 16)         256
                                b_r     (1, 16)           16
                                W_xz    (1, 16)           16
                                W_hz    (16, 16)         256
                                b_z     (1, 16)           16
                                W_xh    (1, 16)           16
                                W_hh    (16, 16)         256
                                b_h     (1, 16)           16
────────────────────────────────────────────────────────────
head              (T, B, 1)                               17
                                W_hq    (16, 1)           16
                                b_q     (1, 1)             1
────────────────────────────────────────────────────────────
881 parameters, 3524 bytes
`);
});

test.each<Cell>(["reset-before", "reset-after", "memoryless"])(
  "%s: each tensor is in exactly one layer, and the total is parameterCount",
  async (cell) => {
    for (const direction of ["forward", "reverse", "bidirectional"] as const) {
      for (const bias of [true, false]) {
        const learnInitialState = cell !== "memoryless";
        const config = {
          inputSize: 3,
          hiddenSize: 5,
          outputSize: 2,
          cell,
          layers: 2,
          direction,
          bias,
          learnInitialState,
        };
        const gru = await Gru.create({ ...config, outputs: "last" });
        const { layers, parameters } = summary(gru);
        const D = direction === "bidirectional" ? 2 : 1;
        expect(parameters).toBe(gru.parameterCount);
        const names = layers.flatMap(({ tensors }) => tensors.map(({ name }) => name));
        expect(names).toEqual(Object.keys(gru.stateDict(defaultConvention(cell))));
        const shapes = layers.map(({ outputShape }) => outputShape.join(" "));
        expect(shapes).toEqual([
          ...Array(D).fill("T B 5"),
          ...Array(D).fill("B 5"),
          "B 2",
          ...(learnInitialState ? [`${2 * D} B 5`] : []),
        ]);
        const suffix = direction === "bidirectional" ? "_l1_reverse" : "_l1";
        expect(layers[2 * D - 1]!.tensors.every(({ name }) => name.endsWith(suffix))).toBe(true);
      }
    }
  },
);

test("the summary of a network without a head has no head", async () => {
  const gru = await Gru.create({ inputSize: 1, hiddenSize: 4, outputSize: 0, cell: "reset-after" });
  expect(summary(gru).layers.map(({ name }) => name)).toEqual(["layer 0, forward"]);
});

test("gradient norms are those of the tensors from backward", async () => {
  const gru = await randomNetwork({ inputSize: 2, hiddenSize: 5, outputSize: 1, cell: "reset-after", seed: 2 });
  const [x, y] = [randomTensor([4, 3, 2], 1), randomTensor([4, 3, 1], 2)];
  for (const options of [{}, { loss: "mae", lengths: [4, 0, 2], convention: "keras" }] as const) {
    const { loss, gradients } = gru.backward(x, y, options);
    const norms = gradientNorms(gru, x, y, options);
    expect(norms.loss).toBe(loss);
    expect(Object.keys(norms.tensors)).toEqual(Object.keys(gradients));
    for (const [name, { data }] of Object.entries(gradients)) {
      expect(norms.tensors[name], name).toBeCloseTo(Math.hypot(...data), 10);
    }
    expect(norms.global).toBeCloseTo(Math.hypot(...Object.values(norms.tensors)), 10);
  }
});
