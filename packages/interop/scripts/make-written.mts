/**
 * Writes written.json: files written by Sluice with the outputs that onnxruntime-web and TensorFlow.js compute from them.
 *
 * tsx --conditions=@sluice/source make-written.mts > written.json, after `npm ci` in bench/.
 */
import type { Tensor } from "@sluice/model";
import { writeOnnx } from "../src/onnx.js";
import { writeTfjs } from "../src/tfjs.js";
import { onnxNetworks, randomNetwork, randomTensor, tfjsNetworks } from "../test/random-network.js";
import { onnxRuntime } from "./onnxruntime.mjs";
import { peer } from "./peers.mjs";

const [T, B] = [5, 2];
const x = randomTensor([T, B, 3], 1);
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");
const plain = ({ shape, data }: Tensor) => ({ shape, data: [...data] });

const ort = await onnxRuntime();
const onnx = [];
for (const config of onnxNetworks) {
  const bytes = writeOnnx(randomNetwork(config, "onnx"));
  const { y } = await ort.run(bytes, { x });
  onnx.push({ config, bytes: base64(bytes), output: plain(y!) });
}

interface TfTensor {
  readonly rank: number;
  readonly shape: readonly number[];
  dataSync(): Float32Array;
  transpose(order: readonly number[]): TfTensor;
}
interface Tf {
  readonly version: { readonly tfjs: string };
  readonly io: { fromMemory(artifacts: object): object };
  setBackend(name: string): Promise<boolean>;
  tensor(data: Float32Array, shape: readonly number[]): TfTensor;
  loadLayersModel(handler: object): Promise<{ predict(x: TfTensor): TfTensor }>;
}
const { default: tf } = await peer<{ default: Tf }>("@tensorflow/tfjs");
await tf.setBackend("cpu");
const tfjs = [];
for (const config of tfjsNetworks) {
  const files = writeTfjs(randomNetwork(config, "keras"));
  const { modelTopology, weightsManifest } = JSON.parse(new TextDecoder().decode(files["model.json"]));
  const weightData = files["weights.bin"].slice().buffer;
  const artifacts = { modelTopology, weightSpecs: weightsManifest[0].weights, weightData };
  const model = await tf.loadLayersModel(tf.io.fromMemory(artifacts));
  const swapAxes = (tensor: TfTensor) => (tensor.rank === 3 ? tensor.transpose([1, 0, 2]) : tensor);
  const y = swapAxes(model.predict(swapAxes(tf.tensor(x.data, x.shape))));
  const encoded = Object.entries(files).map(([name, bytes]) => [name, base64(bytes)]);
  tfjs.push({ config, files: Object.fromEntries(encoded), output: plain({ shape: y.shape, data: y.dataSync() }) });
}
const source = `onnxruntime-web ${ort.version}, TensorFlow.js ${tf.version.tfjs}`;
console.log(JSON.stringify({ source, x: plain(x), onnx, tfjs }, undefined, 1));
