// TensorFlow.js: tf.layers.gru and a dense head, on its wasm or cpu backend, one thread.
import { createRequire } from "node:module";
import { dirname } from "node:path";
import tf from "@tensorflow/tfjs";
import wasm from "@tensorflow/tfjs-backend-wasm";

tf.enableProdMode();
const require = createRequire(import.meta.url);

/** A training step of full-batch gradient descent on x (T,B,1), y (T,B,1), which TensorFlow.js wants batch first. */
export async function tfjsTraining(backend, { T, B, H, x, y }) {
  if (backend === "wasm") {
    wasm.setWasmPaths(`${dirname(require.resolve("@tensorflow/tfjs-backend-wasm"))}/`);
    wasm.setThreadsCount(1);
  }
  await tf.setBackend(backend);
  await tf.ready();
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
  model.compile({ optimizer: tf.train.sgd(0.003), loss: "meanSquaredError" });
  const batchFirst = (data) => tf.tidy(() => tf.transpose(tf.tensor3d(data, [T, B, 1]), [1, 0, 2]));
  const [inputs, targets] = [batchFirst(x), batchFirst(y)];
  return {
    async run() {
      await tf.setBackend(backend);
      return model.trainOnBatch(inputs, targets);
    },
  };
}
