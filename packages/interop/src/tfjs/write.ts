import { EXAMPLE_KEY, type Example, encodeExample } from "../example.js";
import { cellsOf, directionsOf, type Network, resolve } from "../network.js";
import { refuseImpossible } from "../refuse.js";

export interface WriteTfjsOptions {
  /** Kept in the file, so that reading can check itself. */
  readonly example?: Example;
}

/**
 * A TensorFlow.js layers model: `model.json` and `weights.bin`, for `tf.loadLayersModel`. It takes x (B,T,I).
 * @throws RangeError for a network that TensorFlow.js has not: its GRU applies the reset gate before the product alone.
 */
export function writeTfjs(
  network: Network,
  { example }: WriteTfjsOptions = {},
): { readonly "model.json": Uint8Array; readonly "weights.bin": Uint8Array } {
  const config = resolve(network.config);
  refuseImpossible("tfjs", config);
  const dict = network.stateDict("keras");

  const specs: { name: string; shape: readonly number[]; dtype: "float32" }[] = [];
  const arrays: Float32Array[] = [];
  const weights = (under: string, from: string, suffix: string, kinds: readonly string[]) => {
    for (const kind of kinds) {
      const tensor = dict[`${from}.${kind}${suffix}`];
      if (!tensor) continue;
      specs.push({ name: `${under}/${kind}`, shape: tensor.shape, dtype: "float32" });
      arrays.push(tensor.data);
    }
  };
  for (const { layer, second, suffix } of cellsOf(config)) {
    const direct = directionsOf(config) === 1;
    const under = direct ? `gru_${layer}` : `bidirectional_${layer}/${second ? "backward" : "forward"}_gru_${layer}`;
    weights(under, "gru", suffix, ["kernel", "recurrent_kernel", "bias"]);
  }
  weights("head", "head", "", ["kernel", "bias"]);

  const model = {
    modelTopology: {
      class_name: "Sequential",
      config: { name: "sluice", layers: layerConfigs(config) },
      keras_version: "tfjs-layers 4.22.0",
      backend: "tensor_flow.js",
    },
    format: "layers-model",
    generatedBy: "sluice",
    convertedBy: null,
    weightsManifest: [{ paths: ["weights.bin"], weights: specs }],
    ...(example && { userDefinedMetadata: { [EXAMPLE_KEY]: encodeExample(example) } }),
  };
  return { "model.json": new TextEncoder().encode(JSON.stringify(model)), "weights.bin": bytesOf(arrays) };
}

function layerConfigs(config: ReturnType<typeof resolve>): readonly object[] {
  const { inputSize, hiddenSize, outputSize, layers, direction, bias, outputs, gateActivation, candidateActivation } =
    config;
  const configs: object[] = Array.from({ length: layers }, (_, layer) => {
    const input = layer === 0 ? { batch_input_shape: [null, null, inputSize] } : {};
    const gru = {
      name: `gru_${layer}`,
      trainable: true,
      units: hiddenSize,
      activation: candidateActivation,
      recurrent_activation: gateActivation === "sigmoid" ? "sigmoid" : "hard_sigmoid",
      use_bias: bias,
      reset_after: false,
      return_sequences: outputs === "all" || layer < layers - 1,
      go_backwards: false,
    };
    if (direction !== "bidirectional") return { class_name: "GRU", config: { ...gru, ...input } };
    const inner = { class_name: "GRU", config: gru };
    const name = `bidirectional_${layer}`;
    return {
      class_name: "Bidirectional",
      config: { name, trainable: true, merge_mode: "concat", layer: inner, ...input },
    };
  });
  if (outputSize > 0)
    configs.push({
      class_name: "Dense",
      config: { name: "head", units: outputSize, activation: "linear", use_bias: true },
    });
  return configs;
}

function bytesOf(arrays: readonly Float32Array[]): Uint8Array {
  const bytes = new Uint8Array(arrays.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const { buffer, byteOffset, byteLength } of arrays) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  return bytes;
}
