import type { Tensor } from "@sluice/model";
import { refuse } from "../refuse.js";
import { readHdf5 } from "./hdf5.js";
import { type Assembled, assemble, type DenseLayer, type GruWeights } from "./layers.js";
import { type KerasOptions, settingsFrom } from "./options.js";

/** Weights of one layer of a `.weights.h5`, by their path inside it. */
export type LayerArrays = Map<string, Tensor>;

/** The arrays of each layer, by the layer's group: `gru`, `gru_1`, … in the order of the model for one class. */
export function layerArrays(bytes: Uint8Array): Map<string, LayerArrays> {
  const layers = new Map<string, LayerArrays>();
  for (const [path, array] of readHdf5(bytes)) {
    const [, name, inside] = /^(?:layers|_layer_checkpoint_dependencies)\/([^/]+)\/(.*)$/.exec(path) ?? [];
    if (!name || !inside || inside.includes("seed_generator")) continue;
    if ("dtype" in array) refuse(`Keras ${path}`, "f32 (<f4)", array.dtype);
    const layer = layers.get(name) ?? new Map<string, Tensor>();
    layers.set(name, layer.set(inside, array));
  }
  if (layers.size === 0) refuse("Keras weights", "arrays under layers/", "none");
  return layers;
}

function gruWeights(where: string, arrays: LayerArrays, under: string): GruWeights {
  const [kernel, recurrentKernel, bias] = [0, 1, 2].map((i) => arrays.get(`${under}cell/vars/${i}`));
  if (!kernel || !recurrentKernel)
    refuse(where, `${under}cell/vars/0 and 1`, [...arrays.keys()].join(", ") || "none");
  return { kernel, recurrentKernel, bias };
}

/** The cells of a layer; undefined for a layer that is no GRU. */
export function cellsIn(name: string, arrays: LayerArrays): readonly GruWeights[] | undefined {
  const where = `Keras layers/${name}`;
  if (arrays.has("cell/vars/0")) return [gruWeights(where, arrays, "")];
  if (arrays.has("forward_layer/cell/vars/0"))
    return ["forward_layer/", "backward_layer/"].map((under) => gruWeights(where, arrays, under));
  return undefined;
}

export function denseIn(name: string, arrays: LayerArrays): DenseLayer {
  const under = arrays.has("layer/vars/0") ? "layer/vars/" : "vars/";
  const kernel = arrays.get(`${under}0`);
  if (kernel?.shape.length !== 2)
    refuse(`Keras layers/${name}`, "a GRU, Bidirectional or Dense layer", [...arrays.keys()].join(", "));
  return { name, kernel, bias: arrays.get(`${under}1`) };
}

/** gru before gru_1 … before gru_10. */
export function byNumber(a: string, b: string): number {
  const number = (name: string) => Number(/_(\d+)$/.exec(name)?.[1] ?? 0);
  return number(a) - number(b);
}

/**
 * A `.weights.h5`. Layers of one class stand in their order; that of a GRU and a Dense layer is not in the file, so the Dense is
 * taken for the head.
 */
export function readWeights(bytes: Uint8Array, options: KerasOptions): Assembled {
  const layers = layerArrays(bytes);
  const grus: { name: string; cells: readonly GruWeights[] }[] = [];
  const dense: DenseLayer[] = [];
  for (const name of [...layers.keys()].sort(byNumber)) {
    const arrays = layers.get(name)!;
    const cells = cellsIn(name, arrays);
    if (cells) grus.push({ name, cells });
    else dense.push(denseIn(name, arrays));
  }
  if (dense.length > 1) refuse("Keras weights", "one Dense layer", dense.map(({ name }) => name).join(", "));
  const all = grus.map((gru, i) => ({ ...gru, settings: settingsFrom(options, i === grus.length - 1) }));
  return assemble("Keras", all, dense[0]);
}
