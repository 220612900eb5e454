import { show } from "@sluice/kernel-wasm/checks";
import { type Tensor, tensor } from "@sluice/model";
import { decodeExample, EXAMPLE_KEY } from "../example.js";
import { expectBytes } from "../expect-bytes.js";
import { namingForeignFormat } from "../foreign-format.js";
import type { Imported } from "../imported.js";
import { expectArray, expectObject, expectShape, expectText, parseJson } from "../json.js";
import { assembleInOrder, type DenseLayer, type GruLayer, type GruWeights } from "../keras/layers.js";
import { readTopology } from "../keras/topology.js";
import { unreadable, unsupported } from "../model-file-error.js";

type Files = Readonly<Record<string, Uint8Array>>;

/**
 * Reads a TensorFlow.js layers model.
 * @param files `model.json` and the weight shards that it names, by path
 * @throws ModelFileError for a missing shard, weights that are not plain f32, and layers that are not a GRU network.
 */
export function readTfjs(files: Files): Imported {
  for (const [name, bytes] of Object.entries(files)) expectBytes(`readTfjs: ${name}`, bytes);
  const json =
    files["model.json"] ?? unreadable("readTfjs", "a file model.json", Object.keys(files).join(", ") || "none");
  const model = namingForeignFormat("readTfjs", "the model.json of TensorFlow.js", json, () =>
    expectObject("model.json", parseJson("model.json", json)),
  );
  if (model["format"] === "graph-model" || model["modelTopology"] === undefined)
    unsupported(
      "model.json",
      "a layers model with its modelTopology (tensorflowjs_converter --input_format=keras)",
      model["format"] ?? "none",
    );
  const weights = readWeights(model["weightsManifest"], files);

  const found: (GruLayer | DenseLayer)[] = [];
  for (const layer of readTopology("model.json", model["modelTopology"], "hard_sigmoid_keras_2")) {
    const { kind, name, settings, bidirectional } = layer;
    if (kind === "identity") continue;
    if (kind === "dense") {
      const { kernel, bias } = tensorsOf(weights, name, "");
      found.push({ name, kernel: kernel ?? unreadable(name, `a weight ${name}/kernel`, "none"), bias });
      continue;
    }
    const cells = (bidirectional ? ["forward_", "backward_"] : [""]).map((direction): GruWeights => {
      const { kernel, recurrentKernel, bias } = tensorsOf(weights, name, direction);
      if (!kernel || !recurrentKernel)
        unreadable(
          name,
          `weights ${name}/${direction}…/kernel and recurrent_kernel`,
          [...weights.keys()].join(", ") || "none",
        );
      return { kernel, recurrentKernel, bias };
    });
    found.push({ name, settings, cells });
  }
  const metadata = expectObject("model.json: userDefinedMetadata", model["userDefinedMetadata"] ?? {});
  const example = metadata[EXAMPLE_KEY];
  return {
    ...assembleInOrder("TensorFlow.js", found),
    ...(example !== undefined && { example: decodeExample(expectText(EXAMPLE_KEY, example)) }),
  };
}

/** Reads the weights of a manifest. The concatenated shards of a group contain its weights in order. */
function readWeights(manifest: unknown, files: Files): Map<string, Tensor> {
  const where = "weightsManifest";
  const weights = new Map<string, Tensor>();
  for (const value of expectArray(where, manifest)) {
    const group = expectObject(where, value);
    const paths = expectArray(`${where}: paths`, group["paths"]).map((path) => expectText(`${where}: paths`, path));
    const bytes = concatenated(new Set(paths), files);
    let at = 0;
    for (const entry of expectArray(`${where}: weights`, group["weights"])) {
      const { name, shape, dtype, quantization } = checkWeight(entry);
      if (dtype !== "float32") unsupported(name, "plain float32", dtype);
      if (quantization !== undefined) unsupported(name, "plain float32", `quantized to ${show(quantization)}`);
      const size = shape.reduce((product, n) => product * n, 4);
      if (!(at + size <= bytes.length)) unreadable(name, `${size} bytes in ${paths.join(", ")}`, bytes.length - at);
      weights.set(name, tensor(new Float32Array(bytes.slice(at, at + size).buffer), shape));
      at += size;
    }
    if (at !== bytes.length) unreadable(paths.join(", "), `${at} bytes of weights`, bytes.length);
  }
  return weights;
}

function checkWeight(value: unknown) {
  const entry = expectObject("weightsManifest: weights", value);
  const name = expectText("weightsManifest: name", entry["name"]);
  const shape = expectShape(`${name}: shape`, entry["shape"]);
  return { name, shape, dtype: entry["dtype"], quantization: entry["quantization"] };
}

function concatenated(paths: ReadonlySet<string>, files: Files): Uint8Array {
  const shards = [...paths].map((path) => {
    const shard = Object.hasOwn(files, path) ? files[path] : undefined;
    return shard ?? unreadable("TensorFlow.js", `the shard ${path}`, Object.keys(files).join(", "));
  });
  const bytes = new Uint8Array(shards.reduce((sum, shard) => sum + shard.length, 0));
  let at = 0;
  for (const shard of shards) {
    bytes.set(shard, at);
    at += shard.length;
  }
  return bytes;
}

/** The weights of a layer, named `gru/kernel`, `gru/gru_cell/kernel` or `bidirectional/forward_gru/kernel`. */
function tensorsOf(weights: ReadonlyMap<string, Tensor>, layer: string, direction: string) {
  const own = [...weights].filter(([name]) => name.startsWith(`${layer}/${direction}`));
  const find = (kind: string) => own.find(([name]) => name.endsWith(`/${kind}`))?.[1];
  return { kernel: find("kernel"), recurrentKernel: find("recurrent_kernel"), bias: find("bias") };
}
