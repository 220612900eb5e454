/**
 * HDF5 files of Keras 2, and of Keras 3 for the suffix `.h5`, as hdf5_format.py of Keras writes them: a group for each
 * layer, attributes with the names of layers and weights, and in a whole model also its JSON. Weights have names such as
 * gru/gru_cell/kernel:0 or bidirectional/backward_gru/gru_cell_1/bias:0.
 */
import type { Tensor } from "@sluice/model";
import { parseJson } from "../json.js";
import { unreadable, unsupported } from "../model-file-error.js";
import type { Hdf5File } from "./hdf5.js";
import { type Assembled, assembleInOrder, type DenseLayer, type GruLayer, type GruWeights, isGru } from "./layers.js";
import { gruSettings, type KerasOptions } from "./options.js";
import { type LayerConfig, readTopology } from "./topology.js";

/** The group of the layers in a file of a whole model. */
const WHOLE_MODEL = "model_weights";
const isWhole = (file: Hdf5File) => listOf(file, WHOLE_MODEL, "layer_names") !== undefined;

/** Whether a file has the attributes of Keras 2. */
export const isKeras2 = (file: Hdf5File): boolean => isWhole(file) || listOf(file, "", "layer_names") !== undefined;

/** Reads a whole model, whose JSON tells the settings, or weights alone. */
export function readKeras2(file: Hdf5File, options: KerasOptions): Assembled {
  if (isWhole(file)) return readModel(file);
  const layers = listOf(file, "", "layer_names")!.flatMap((name) => {
    const weights = weightsOf(file, "", name);
    return weights.size === 0 ? [] : [partsOf(name, weights)];
  });
  const top = layers.findLast(isGru);
  return assembleInOrder(
    "Keras",
    layers.map((layer) => (isGru(layer) ? { ...layer, settings: gruSettings(options, layer === top) } : layer)),
  );
}

function readModel(file: Hdf5File): Assembled {
  const [json] = file.texts("", "model_config") ?? [];
  if (json === undefined)
    unsupported("Keras", "the attribute model_config, or weights alone (model.save_weights)", "a model without it");
  const [version = ""] = file.texts("", "keras_version") ?? [];
  const hardSigmoid = version.startsWith("3") ? "hard_sigmoid" : "hard_sigmoid_keras_2";
  const layers = readTopology("model_config", parseJson("model_config", json), hardSigmoid);
  return assembleInOrder(
    "Keras",
    layers.flatMap((config) => (config.kind === "identity" ? [] : [layerOf(file, config)])),
  );
}

function layerOf(file: Hdf5File, config: Exclude<LayerConfig, { kind: "identity" }>): GruLayer | DenseLayer {
  const { name } = config;
  const parts = partsOf(name, weightsOf(file, WHOLE_MODEL, name));
  if (config.kind === "dense")
    return isGru(parts) ? unreadable(`Keras ${name}`, "the weights of a Dense layer", "those of a GRU") : parts;
  const directions = config.bidirectional ? 2 : 1;
  if (!isGru(parts) || parts.cells.length !== directions)
    return unreadable(
      `Keras ${name}`,
      `the weights of ${directions} GRU cells`,
      isGru(parts) ? parts.cells.length : 0,
    );
  // versions of Keras that do not know reset_after compute without it
  const { resetAfter = false } = config.settings;
  return { ...parts, settings: { ...config.settings, resetAfter } };
}

/** The arrays of a layer by name, in the order of its weight_names. */
function weightsOf(file: Hdf5File, group: string, layer: string): ReadonlyMap<string, Tensor> {
  const path = group === "" ? layer : `${group}/${layer}`;
  const names =
    listOf(file, path, "weight_names") ?? unreadable("Keras", `a group ${path} with weight_names`, "none");
  return new Map(
    names
      .filter((name) => !name.includes("seed_generator"))
      .map((name) => {
        const array = file.arrays.get(`${path}/${name}`) ?? unreadable("Keras", `an array ${path}/${name}`, "none");
        if ("dtype" in array) unsupported(`Keras ${path}/${name}`, "f32 (<f4)", array.dtype);
        return [name, array] as const;
      }),
  );
}

/** The cells of a GRU layer, or the arrays of a Dense layer: weights of one cell have the same path before their kind. */
function partsOf(name: string, weights: ReadonlyMap<string, Tensor>): GruLayer | DenseLayer {
  const where = `Keras ${name}`;
  const owners = new Map<string, Map<string, Tensor>>();
  for (const [weight, tensor] of weights) {
    const [, owner = "", kind] = /^(?:(.*)\/)?(kernel|recurrent_kernel|bias)(?::\d+)?$/.exec(weight) ?? [];
    if (!kind) unsupported(where, "a GRU, Bidirectional or Dense layer", `a weight ${weight}`);
    owners.set(owner, (owners.get(owner) ?? new Map<string, Tensor>()).set(kind, tensor));
  }
  const parts = [...owners.values()].map((kinds): Partial<GruWeights> => {
    const [kernel, recurrentKernel, bias] = ["kernel", "recurrent_kernel", "bias"].map((kind) => kinds.get(kind));
    return { ...(kernel && { kernel }), ...(recurrentKernel && { recurrentKernel }), bias };
  });
  const isCell = (part: Partial<GruWeights>): part is GruWeights => Boolean(part.kernel && part.recurrentKernel);
  const [first] = parts;
  if (parts.length > 0 && parts.length <= 2 && parts.every(isCell))
    return { name, cells: parts, settings: gruSettings({}, false) };
  if (parts.length !== 1 || !first?.kernel || first.recurrentKernel || first.kernel.shape.length !== 2)
    return unsupported(where, "a GRU, Bidirectional or Dense layer", [...weights.keys()].join(", ") || "no weights");
  return { name, kernel: first.kernel, bias: first.bias };
}

/** A list of names; one of more than 64,512 bytes is stored in parts: layer_names0, layer_names1, … */
function listOf(file: Hdf5File, path: string, name: string): readonly string[] | undefined {
  const whole = file.texts(path, name);
  if (whole) return whole;
  const parts: string[] = [];
  for (let i = 0; ; i++) {
    const part = file.texts(path, `${name}${i}`);
    if (!part) return i === 0 ? undefined : parts;
    for (const text of part) parts.push(text);
  }
}
