/**
 * Runs written files with onnxruntime-web if it is installed (`npm ci` in bench/); at 143 MB it is no dependency here.
 * written.test.ts compares the same bytes with its stored outputs.
 */
import { Gru } from "@sluice/model";
import { describe, expect, test } from "vitest";
import { onnxRuntime } from "../scripts/onnxruntime.mjs";
import { readOnnx, writeOnnx } from "../src/onnx.js";
import { expectClose, fromBase64, plainTensor } from "./golden.js";
import golden from "./goldens/onnx.json" with { type: "json" };
import { onnxNetworks, randomNetwork, randomTensor } from "./random-network.js";
import { reference } from "./reference.js";

const ort = await onnxRuntime().catch(() => undefined);
const run: NonNullable<typeof ort>["run"] = (bytes, feeds) => ort!.run(bytes, feeds);

describe.skipIf(!ort)("onnxruntime-web", () => {
  test.each(["reset-before", "reset-after"] as const)("%s: a network of the model with its state", async (cell) => {
    const gru = await Gru.create({
      inputSize: 3,
      hiddenSize: 17,
      outputSize: 2,
      cell,
      seed: 2,
      init: "uniform-scaled",
    });
    const [x, h0] = [randomTensor([19, 5, 3], 1), randomTensor([1, 5, 17], 2)];
    const { output, finalState } = gru.forward(x, { initialState: h0 });
    const { y, h } = await run(writeOnnx(gru, { state: true }), { x, h0 });
    expectClose(y!, output);
    expectClose(h!, finalState);
  });

  test.each(onnxNetworks.map((config) => [JSON.stringify(config), config] as const))(
    "%s with its state",
    async (_, config) => {
      const network = randomNetwork(config, "onnx");
      const directions = config.direction === "bidirectional" ? 2 : 1;
      const x = randomTensor([5, 2, 3], 1);
      const h0 = randomTensor([(config.layers ?? 1) * directions, 2, 4], 2);
      const bytes = writeOnnx(network, { state: true });
      const { y, h } = await run(bytes, { x, h0 });
      expectClose(y!, reference(readOnnx(bytes), x, h0));
      expect(h!.shape).toEqual(h0.shape);
    },
  );

  // onnxruntime-web does not support layout 1
  const runs = golden.cases.filter(({ name, layout }) => layout === 0 && !["clip", "softsign"].includes(name));
  test.each(runs)("$name: computes the stored outputs", async ({ onnx, x, initial, initialState, output }) => {
    const feeds = { x: plainTensor(x), ...(initial === "input" && { h0: plainTensor(initialState!) }) };
    expectClose((await run(fromBase64(onnx), feeds))["y"]!, output);
  });
});
