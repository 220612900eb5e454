// TensorFlow.js: tf.layers.gru and a dense head, on its wasm or cpu backend, one thread.
import { createRequire } from "node:module";
import { dirname } from "node:path";
import tf from "@tensorflow/tfjs";
import wasm from "@tensorflow/tfjs-backend-wasm";
import { batch, LEARNING_RATE } from "../epoch.ts";
import { expectSameTraining, firstWeights } from "./training-check.mjs";

tf.enableProdMode();
const require = createRequire(import.meta.url);

/** A step of full-batch gradient descent over the batch of a size, on the backend `kind`; TensorFlow.js takes the batch first. */
export async function create({ kind, ...size }) {
  const { T, B, H } = size;
  if (kind === "wasm") {
    wasm.setWasmPaths(`${dirname(require.resolve("@tensorflow/tfjs-backend-wasm"))}/`);
    wasm.setThreadsCount(1);
  }
  await tf.setBackend(kind);
  await tf.ready();
  const optimizer = tf.train.sgd(LEARNING_RATE);
  const model = tf.sequential();
  model.add(
    tf.layers.gru({
      units: H,
      returnSequences: true,
      inputShape: [T, 1],
      recurrentActivation: "sigmoid",
      recurrentInitializer: "glorotUniform", // the default takes seconds to draw
      resetAfter: false,
    }),
  );
  model.add(tf.layers.dense({ units: 1 }));
  model.compile({ optimizer, loss: "meanSquaredError" });
  const weights = Object.values(await firstWeights(H, "keras"));
  const restart = () => model.setWeights(weights.map(({ data, shape }) => tf.tensor(data, [...shape])));
  const batchFirst = ({ data }) => tf.tidy(() => tf.transpose(tf.tensor3d(data, [T, B, 1]), [1, 0, 2]));
  const { x, y } = batch(size);
  const [inputs, targets] = [batchFirst(x), batchFirst(y)];
  const step = async (learningRate) => {
    await tf.setBackend(kind);
    optimizer.setLearningRate(learningRate);
    return model.trainOnBatch(inputs, targets);
  };
  restart();
  await expectSameTraining(`TensorFlow.js ${kind}`, size, step);
  restart();
  return { run: () => step(LEARNING_RATE) };
}
