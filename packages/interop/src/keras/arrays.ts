import type { Tensor } from "@sluice/model";
import { unsupported } from "../model-file-error.js";
import { type Assembled, assemble, type GruLayer, type GruWeights } from "./layers.js";
import { readNpz } from "./npz.js";
import { gruSettings, type KerasOptions } from "./options.js";

const KINDS = ["kernel", "recurrent_kernel", "bias"];
const SLUICE_NAME = /^(gru|head)\.(kernel|recurrent_kernel|bias)(?:_l(\d+)(_reverse)?)?$/;
const NUMPY_NAME = /^arr_(\d+)$/;

/** The position of an array in `get_weights()` order by a name that `writeKeras` gives; undefined for other names. */
function positionOf(name: string): number | undefined {
  const [, owner, kind = "", layer = 0, reverse] = SLUICE_NAME.exec(name) ?? [];
  if (!owner) return undefined;
  // the head follows all cells
  const cell = owner === "head" ? Number.MAX_SAFE_INTEGER / 8 : 2 * Number(layer) + (reverse ? 1 : 0);
  return 3 * cell + KINDS.indexOf(kind);
}

/** Reads an npz whose arrays are named by `writeKeras`, or arr_0, arr_1, … in the order of `get_weights()`. */
export function readArrays(files: Readonly<Record<string, Uint8Array>>, options: KerasOptions): Assembled {
  const arrays = [...readNpz(files)];
  const positions = arrays.map(([name]) => positionOf(name) ?? Number(NUMPY_NAME.exec(name)?.[1] ?? Number.NaN));
  if (arrays.length === 0 || positions.some(Number.isNaN))
    unsupported(
      "npz",
      "arr_0, arr_1, … (np.savez(path, *model.get_weights())), or the names of writeKeras",
      arrays.map(([name]) => name).join(", ") || "none",
    );
  const order = arrays.map((_, i) => i).sort((a, b) => positions[a]! - positions[b]!);
  const direction = arrays.some(([name]) => name.endsWith("_reverse")) ? { bidirectional: true } : {};
  return readOrdered(
    order.map((i) => arrays[i]![1]),
    { ...direction, ...options },
  );
}

/** Layers from arrays in the order of `get_weights()`: each kernel (I,3H) is followed by its recurrent kernel (H,3H). */
function readOrdered(arrays: readonly Tensor[], options: KerasOptions): Assembled {
  const { cells, rest } = takeCells(arrays);
  const [kernel, bias, ...unused] = rest;
  if (cells.length === 0 || unused.length > 0 || (bias && bias.shape.length !== 1))
    unsupported(
      "npz",
      "GRU layers, then at most one Dense layer",
      arrays.map(({ shape }) => `[${shape.join(", ")}]`).join(" "),
    );
  const H = cells[0]!.recurrentKernel.shape[0]!;
  const features = kernel?.shape[0] ?? cells[2]?.kernel.shape[0];
  const bidirectional = options.bidirectional ?? (cells.length % 2 === 0 && features === 2 * H);
  const directions = bidirectional ? 2 : 1;
  const layers = Array.from({ length: Math.ceil(cells.length / directions) }, (_, l): GruLayer => {
    const settings = gruSettings(options, (l + 1) * directions >= cells.length);
    const own = cells.slice(l * directions, (l + 1) * directions);
    if (own.length !== directions) unsupported("npz", "two directions in every layer", `${cells.length} in all`);
    return { name: `layer ${l}`, settings, cells: own };
  });
  return assemble("npz", layers, kernel && { name: "head", kernel, bias });
}

/** The arrays at the front that form GRU cells, and the remaining ones. */
function takeCells(arrays: readonly Tensor[]): { cells: readonly GruWeights[]; rest: readonly Tensor[] } {
  const cells: GruWeights[] = [];
  let i = 0;
  for (;;) {
    const [kernel, recurrentKernel, next] = [arrays[i], arrays[i + 1], arrays[i + 2]];
    if (!kernel || recurrentKernel?.shape.length !== 2) break;
    const columns = 3 * recurrentKernel.shape[0]!;
    if (![kernel, recurrentKernel].every(({ shape }) => shape[1] === columns)) break;
    const isBias = next?.shape.at(-1) === columns && (next.shape.length === 1 || next.shape[0] === 2);
    const bias = isBias ? next : undefined;
    cells.push({ kernel, recurrentKernel, bias });
    i += bias ? 3 : 2;
  }
  return { cells, rest: arrays.slice(i) };
}
