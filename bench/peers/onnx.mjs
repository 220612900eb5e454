// onnxruntime-web, wasm, one thread.
import { tensor } from "@sluice/model";
import * as ort from "onnxruntime-web";
import { network } from "../epoch.ts";
import { noise } from "../noise.ts";
import { onnxGru } from "./onnx-gru.mjs";

ort.env.wasm.numThreads = 1;
ort.env.logLevel = "error";

/** Inference of the same network as ours over x (T,B,1). */
export async function create({ T, B, H }) {
  const gru = await network(H, "reset-after");
  const session = await ort.InferenceSession.create(onnxGru(gru.config, gru.stateDict("onnx"), true), {
    executionProviders: ["wasm"],
  });
  const x = noise(T * B, 3);
  const feeds = {
    x: new ort.Tensor("float32", x, [T, B, 1]),
    h0: new ort.Tensor("float32", new Float32Array(B * H), [1, B, H]),
  };
  const run = async () => (await session.run(feeds)).y.data;
  expectSame(await run(), gru.predict(tensor(x, [T, B, 1])).data);
  return { run };
}

/** Throws where outputs of the same network differ by more than 1e-4 of the largest. */
function expectSame(theirs, ours) {
  let [distance, size] = [0, 0];
  ours.forEach((v, i) => {
    distance = Math.max(distance, Math.abs(v - theirs[i]));
    size = Math.max(size, Math.abs(v));
  });
  if (!(distance <= 1e-4 * size))
    throw new Error(`onnxruntime-web: expected our outputs, got outputs that differ by ${distance}`);
}
