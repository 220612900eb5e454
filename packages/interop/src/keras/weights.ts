import type { Tensor } from "@sluice/model";
import { unreadable, unsupported } from "../model-file-error.js";
import { type Hdf5File, readHdf5 } from "./hdf5.js";
import { isKeras2, readKeras2 } from "./keras2.js";
import { type Assembled, assemble, type DenseLayer, type GruWeights } from "./layers.js";
import { gruSettings, type KerasOptions } from "./options.js";

/** The arrays of one layer of a `.weights.h5`, by path inside the layer's group. */
export type LayerArrays = Map<string, Tensor>;

/** The arrays of each layer by group name: layers of one class are `gru`, `gru_1`, … in the order of the model. */
export function layerArrays({ arrays }: Hdf5File): Map<string, LayerArrays> {
  const layers = new Map<string, LayerArrays>();
  for (const [path, array] of arrays) {
    const [, name, inside] = /^(?:layers|_layer_checkpoint_dependencies)\/([^/]+)\/(.*)$/.exec(path) ?? [];
    if (!name || !inside || inside.includes("seed_generator")) continue;
    if ("dtype" in array) unsupported(`Keras ${path}`, "f32 (<f4)", array.dtype);
    const layer = layers.get(name) ?? new Map<string, Tensor>();
    layers.set(name, layer.set(inside, array));
  }
  if (layers.size === 0) unsupported("Keras weights", "arrays under layers/", "none");
  return layers;
}

function gruWeights(where: string, arrays: LayerArrays, prefix: string): GruWeights {
  const [kernel, recurrentKernel, bias] = [0, 1, 2].map((i) => arrays.get(`${prefix}cell/vars/${i}`));
  if (!kernel || !recurrentKernel)
    unreadable(where, `${prefix}cell/vars/0 and 1`, [...arrays.keys()].join(", ") || "none");
  return { kernel, recurrentKernel, bias };
}

/** The weights of a GRU layer's directions; undefined for another layer. */
export function cellsIn(name: string, arrays: LayerArrays): readonly GruWeights[] | undefined {
  const where = `Keras layers/${name}`;
  if (arrays.has("cell/vars/0")) return [gruWeights(where, arrays, "")];
  if (arrays.has("forward_layer/cell/vars/0"))
    return ["forward_layer/", "backward_layer/"].map((prefix) => gruWeights(where, arrays, prefix));
  return undefined;
}

export function denseIn(name: string, arrays: LayerArrays): DenseLayer {
  const prefix = arrays.has("layer/vars/0") ? "layer/vars/" : "vars/";
  const kernel = arrays.get(`${prefix}0`);
  if (kernel?.shape.length !== 2)
    unsupported(`Keras layers/${name}`, "a GRU, Bidirectional or Dense layer", [...arrays.keys()].join(", "));
  return { name, kernel, bias: arrays.get(`${prefix}1`) };
}

/** Orders gru, gru_1, …, gru_10 by number. */
export function byNumber(a: string, b: string): number {
  const number = (name: string) => Number(/_(\d+)$/.exec(name)?.[1] ?? 0);
  return number(a) - number(b);
}

/** Reads an HDF5 file of Keras 3 (.weights.h5) or of Keras 2. */
export function readWeights(bytes: Uint8Array, options: KerasOptions): Assembled {
  const file = readHdf5(bytes);
  return isKeras2(file) ? readKeras2(file, options) : readKeras3(file, options);
}

/**
 * Reads a `.weights.h5`. The file has the order of layers of one class, but not that of a GRU and a Dense layer: the Dense
 * layer is assumed to be the head.
 */
function readKeras3(file: Hdf5File, options: KerasOptions): Assembled {
  const layers = layerArrays(file);
  const grus: { name: string; cells: readonly GruWeights[] }[] = [];
  const dense: DenseLayer[] = [];
  for (const name of [...layers.keys()].sort(byNumber)) {
    const arrays = layers.get(name)!;
    const cells = cellsIn(name, arrays);
    if (cells) grus.push({ name, cells });
    else dense.push(denseIn(name, arrays));
  }
  if (dense.length > 1) unsupported("Keras weights", "one Dense layer", dense.map(({ name }) => name).join(", "));
  const all = grus.map((gru, i) => ({ ...gru, settings: gruSettings(options, i === grus.length - 1) }));
  return assemble("Keras", all, dense[0]);
}
