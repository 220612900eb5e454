/**
 * Writes tfjs.json: models saved by TensorFlow.js with their outputs.
 *
 * node make-tfjs.mjs > tfjs.json, after `npm ci` in bench/.
 */
import { peer } from "./peers.mjs";

const { default: tf } = await peer("@tensorflow/tfjs");

await tf.setBackend("cpu");
const [I, H, O, T, B] = [3, 4, 2, 5, 2];
let state = 9;
const numbers = (count) =>
  Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state / 2 ** 31;
  });
const random = (shape) => tf.tensor(numbers(shape.reduce((a, b) => a * b, 1)), shape);
const base64 = (bytes) => Buffer.from(bytes).toString("base64");

function gru(settings = {}) {
  return tf.layers.gru({ units: H, returnSequences: true, recurrentActivation: "sigmoid", ...settings });
}
const both = (layer, settings = {}) => tf.layers.bidirectional({ layer, mergeMode: "concat", ...settings });

/** Saves a Sequential model with random weights, with an input and its output. */
async function fixture(name, stack) {
  const model = tf.sequential();
  for (const layer of stack) model.add(layer);
  model.setWeights(model.getWeights().map((weight) => random(weight.shape)));
  const files = {};
  await model.save(
    tf.io.withSaveHandler(async ({ weightData, weightSpecs, ...rest }) => {
      // in two shards, in the format of tf.io's file handlers
      const bytes = new Uint8Array(weightData);
      const half = Math.floor(bytes.length / 2);
      const manifest = [{ paths: ["group1-shard1of2.bin", "group1-shard2of2.bin"], weights: weightSpecs }];
      files["model.json"] = base64(JSON.stringify({ ...rest, weightsManifest: manifest }));
      files["group1-shard1of2.bin"] = base64(bytes.subarray(0, half));
      files["group1-shard2of2.bin"] = base64(bytes.subarray(half));
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: "JSON" } };
    }),
  );
  const x = random([B, T, I]);
  const y = model.predict(x);
  const timeMajor = (tensor) => (tensor.rank === 3 ? tensor.transpose([1, 0, 2]) : tensor);
  const array = (tensor) => ({ shape: tensor.shape, data: [...tensor.dataSync()] });
  return { name, files, x: array(timeMajor(x)), output: array(timeMajor(y)) };
}

const inputShape = [null, I];
const dense = (settings = {}) => tf.layers.dense({ units: O, ...settings });
const cases = [
  await fixture("sigmoid", [gru({ inputShape }), dense()]),
  await fixture("no head", [gru({ inputShape })]),
  await fixture("the defaults: hard sigmoid", [gru({ inputShape, recurrentActivation: "hardSigmoid" }), dense()]),
  await fixture("relu", [gru({ inputShape, activation: "relu" }), dense()]),
  await fixture("linear", [gru({ inputShape, activation: "linear" }), dense()]),
  await fixture("useBias false", [gru({ inputShape, useBias: false }), dense({ useBias: false })]),
  await fixture("the last step", [gru({ inputShape, returnSequences: false }), dense()]),
  await fixture("two layers", [gru({ inputShape }), gru(), dense()]),
  await fixture("bidirectional", [both(gru(), { inputShape }), dense()]),
  await fixture("goBackwards, the last step", [
    gru({ inputShape, goBackwards: true, returnSequences: false }),
    dense(),
  ]),
  await fixture("a dense layer of softmax", [gru({ inputShape }), dense({ activation: "softmax" })]),
  await fixture("an LSTM", [tf.layers.lstm({ units: H, inputShape }), dense()]),
];
console.log(JSON.stringify({ source: `TensorFlow.js ${tf.version.tfjs}`, cases }, undefined, 1));
