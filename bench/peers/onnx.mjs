// onnxruntime-web, wasm, one thread.
import * as ort from "onnxruntime-web";
import { onnxGru } from "./onnx-gru.mjs";

ort.env.wasm.numThreads = 1;
ort.env.logLevel = "error";

/** Inference of the same network over x (T,B,1): `run` gives its outputs. */
export async function onnxInference(gru, { T, B, x }) {
  const { config } = gru;
  const model = onnxGru(config, gru.stateDict("onnx"), config.cell === "reset-after");
  const session = await ort.InferenceSession.create(model, { executionProviders: ["wasm"] });
  const feeds = {
    x: new ort.Tensor("float32", x, [T, B, 1]),
    h0: new ort.Tensor("float32", new Float32Array(B * config.hiddenSize), [1, B, config.hiddenSize]),
  };
  return { run: async () => (await session.run(feeds)).y.data };
}
