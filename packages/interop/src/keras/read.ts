import type { Tensor } from "@sluice/model";
import type { Imported } from "../imported.js";
import { refuse } from "../refuse.js";
import { readHdf5 } from "./hdf5.js";
import { assemble, type DenseLayer, type GruLayer, type GruWeights } from "./layers.js";
import { readNpz } from "./npz.js";
import { type KerasOptions, settingsFrom } from "./options.js";
import { readTopology } from "./topology.js";
import { unzip } from "./zip.js";

/**
 * Reads GRU layers, one on the other or `Bidirectional`, with the `Dense` head behind them, from what Keras 3 saves: a
 * `.weights.h5`, a `.keras` archive, or an npz of `model.get_weights()`. The kind is found by its first bytes.
 * @throws RangeError for another kind of file, and for layers that are no such network.
 */
export function readKeras(bytes: Uint8Array, options: KerasOptions = {}): Imported {
  if (startsWith(bytes, [0x89, 0x48, 0x44, 0x46])) return readWeights(bytes, options);
  if (!startsWith(bytes, [0x50, 0x4b]))
    refuse(
      "Keras",
      "a .weights.h5, .keras or .npz file",
      `bytes that begin with ${[...bytes.subarray(0, 4)].join(", ")}`,
    );
  const files = unzip("Keras", bytes);
  return files["config.json"] ? readArchive(files) : readArrays(files, options);
}

type Files = Readonly<Record<string, Uint8Array>>;

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, i) => bytes[i] === byte);
}

/** Weights of one layer of a `.weights.h5`, by their path inside it. */
type LayerArrays = Map<string, Tensor>;

/** The arrays of each layer, by the layer's group: `gru`, `gru_1`, … in the order of the model for one class. */
function layerArrays(bytes: Uint8Array): Map<string, LayerArrays> {
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
function cellsIn(name: string, arrays: LayerArrays): readonly GruWeights[] | undefined {
  const where = `Keras layers/${name}`;
  if (arrays.has("cell/vars/0")) return [gruWeights(where, arrays, "")];
  if (arrays.has("forward_layer/cell/vars/0"))
    return ["forward_layer/", "backward_layer/"].map((under) => gruWeights(where, arrays, under));
  return undefined;
}

function denseIn(name: string, arrays: LayerArrays): DenseLayer {
  const under = arrays.has("layer/vars/0") ? "layer/vars/" : "vars/";
  const kernel = arrays.get(`${under}0`);
  if (kernel?.shape.length !== 2)
    refuse(`Keras layers/${name}`, "a GRU, Bidirectional or Dense layer", [...arrays.keys()].join(", "));
  return { name, kernel, bias: arrays.get(`${under}1`) };
}

/** gru before gru_1 … before gru_10. */
function byNumber(a: string, b: string): number {
  const number = (name: string) => Number(/_(\d+)$/.exec(name)?.[1] ?? 0);
  return number(a) - number(b);
}

function readWeights(bytes: Uint8Array, options: KerasOptions): Imported {
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

/** A `.keras` archive: config.json and model.weights.h5, whose groups are named by class and count. */
function readArchive(files: Files): Imported {
  const [config, weights] = [files["config.json"], files["model.weights.h5"]];
  if (!config || !weights)
    refuse(".keras archive", "config.json and model.weights.h5", Object.keys(files).join(", "));
  let topology: unknown;
  try {
    topology = JSON.parse(new TextDecoder().decode(config));
  } catch (cause) {
    throw new RangeError("config.json: expected JSON, got text that does not parse", { cause });
  }
  const arrays = layerArrays(weights);
  const counts = new Map<string, number>();
  const grus: GruLayer[] = [];
  const dense: DenseLayer[] = [];
  for (const { kind, className, name, settings, bidirectional } of readTopology(
    "config.json",
    topology,
    "hard_sigmoid",
  )) {
    const snake = { GRU: "gru" }[className] ?? className.replace(/(?<=.)[A-Z]/g, "_$&").toLowerCase();
    const count = counts.get(snake) ?? 0;
    counts.set(snake, count + 1);
    if (kind === "passing") continue;
    const group = count === 0 ? snake : `${snake}_${count}`;
    const own =
      arrays.get(group) ?? refuse("model.weights.h5", `layers/${group} for ${name}`, [...arrays.keys()].join(", "));
    if (kind === "gru" && dense.length > 0) refuse("config.json", "GRU layers before the Dense layer", name);
    if (kind === "gru") {
      const cells =
        cellsIn(group, own) ?? refuse(`layers/${group}`, "the arrays of a GRU", [...own.keys()].join(", "));
      if (cells.length !== (bidirectional ? 2 : 1))
        refuse(`layers/${group}`, `${bidirectional ? 2 : 1} directions`, cells.length);
      grus.push({ name, settings: settings!, cells });
    } else dense.push(denseIn(group, own));
  }
  if (dense.length > 1) refuse("config.json", "one Dense layer", dense.map(({ name }) => name).join(", "));
  return assemble("Keras", grus, dense[0]);
}

const NAMED = /^gru\.(kernel|recurrent_kernel|bias)(?:_l(\d+)(_reverse)?)?$/;

/** An npz: under the names that `writeKeras` gives, or arr_0, arr_1, … in the order of `get_weights()`. */
function readArrays(files: Files, options: KerasOptions): Imported {
  const arrays = readNpz(files);
  const names = [...arrays.keys()];
  const named = names.some((name) => NAMED.test(name));
  if (!named && !names.every((name) => /^arr_\d+$/.test(name)))
    refuse("npz", "arr_0, arr_1, … (np.savez(path, *model.get_weights()))", names.join(", ") || "none");
  const ordered = named ? names : names.sort(byNumber);
  return readOrdered(
    ordered.map((name) => arrays.get(name)!),
    options,
  );
}

/** Layers from their arrays alone, in the order of `get_weights()`: a recurrent kernel (H,3H) follows each kernel. */
function readOrdered(arrays: readonly Tensor[], options: KerasOptions): Imported {
  const cells: GruWeights[] = [];
  let i = 0;
  for (;;) {
    const [kernel, recurrentKernel, next] = [arrays[i], arrays[i + 1], arrays[i + 2]];
    const columns = 3 * (recurrentKernel?.shape[0] ?? 0);
    const fits =
      recurrentKernel?.shape.length === 2 && [kernel, recurrentKernel].every((a) => a?.shape[1] === columns);
    if (!kernel || !fits) break;
    const last = next?.shape.at(-1);
    const bias = last === columns && (next!.shape.length === 1 || next!.shape[0] === 2) ? next : undefined;
    cells.push({ kernel, recurrentKernel, bias });
    i += bias ? 3 : 2;
  }
  const [kernel, bias, ...rest] = arrays.slice(i);
  if (cells.length === 0 || rest.length > 0 || (bias && bias.shape.length !== 1))
    refuse(
      "npz",
      "GRU layers, then at most one Dense layer",
      arrays.map(({ shape }) => `[${shape.join(", ")}]`).join(" "),
    );
  const H = cells[0]!.recurrentKernel.shape[0]!;
  const features = kernel?.shape[0] ?? cells[2]?.kernel.shape[0];
  const both = options.bidirectional ?? (cells.length % 2 === 0 && features === 2 * H);
  const directions = both ? 2 : 1;
  const layers = Array.from({ length: Math.ceil(cells.length / directions) }, (_, l): GruLayer => {
    const settings = settingsFrom(options, (l + 1) * directions >= cells.length);
    const own = cells.slice(l * directions, (l + 1) * directions);
    if (own.length !== directions) refuse("npz", "two directions in every layer", `${cells.length} in all`);
    return { name: `layer ${l}`, settings, cells: own };
  });
  return assemble("npz", layers, kernel && { name: "head", kernel, bias });
}
