import { expectKeys } from "@sluice/kernel-wasm/checks";
import { EXAMPLE_KEY, type Example, encodeExample } from "../example.js";
import { cellsOf, directionsOf, expectComputable, type Network, type ResolvedConfig, resolve } from "../network.js";

export interface WriteTfjsOptions {
  /** Stored in the file and checked by `toGru`. */
  readonly example?: Example;
}

/**
 * Writes a TensorFlow.js layers model for `tf.loadLayersModel`: `model.json` and `weights.bin`. Its input is x (B,T,I).
 * @throws RangeError for a network that TensorFlow.js cannot compute: all cells but reset-before, for example.
 */
export function writeTfjs(
  network: Network,
  options: WriteTfjsOptions = {},
): { readonly "model.json": Uint8Array; readonly "weights.bin": Uint8Array } {
  expectKeys("writeTfjs", options, ["example"]);
  const { example } = options;
  const config = resolve(network.config);
  expectComputable("tfjs", config);
  const dict = network.stateDict("keras");

  const specs: { name: string; shape: readonly number[]; dtype: "float32" }[] = [];
  const arrays: Float32Array[] = [];
  const addWeights = (layer: string, from: string, suffix: string, kinds: readonly string[]) => {
    for (const kind of kinds) {
      const tensor = dict[`${from}.${kind}${suffix}`];
      if (!tensor) continue;
      specs.push({ name: `${layer}/${kind}`, shape: tensor.shape, dtype: "float32" });
      arrays.push(tensor.data);
    }
  };
  for (const { layer, second, suffix } of cellsOf(config)) {
    const isSingle = directionsOf(config) === 1;
    const name = isSingle ? `gru_${layer}` : `bidirectional_${layer}/${second ? "backward" : "forward"}_gru_${layer}`;
    addWeights(name, "gru", suffix, ["kernel", "recurrent_kernel", "bias"]);
  }
  addWeights("head", "head", "", ["kernel", "bias"]);

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

function layerConfigs(config: ResolvedConfig): readonly object[] {
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
