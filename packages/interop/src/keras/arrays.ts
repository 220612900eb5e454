import type { Tensor } from "@sluice/model";
import { refuse } from "../refuse.js";
import { type Assembled, assemble, type GruLayer, type GruWeights } from "./layers.js";
import { readNpz } from "./npz.js";
import { type KerasOptions, settingsFrom } from "./options.js";

const KINDS = ["kernel", "recurrent_kernel", "bias"];
const NAMED = /^(gru|head)\.(kernel|recurrent_kernel|bias)(?:_l(\d+)(_reverse)?)?$/;

/** Where an array stands in `get_weights()`, by the name that `writeKeras` gives it; undefined for other names. */
function placeOf(name: string): number | undefined {
  const [, owner, kind = "", layer = 0, reverse] = NAMED.exec(name) ?? [];
  if (!owner) return undefined;
  const cell = owner === "head" ? Number.MAX_SAFE_INTEGER / 8 : 2 * Number(layer) + (reverse ? 1 : 0);
  return 3 * cell + KINDS.indexOf(kind);
}

/** An npz: under the names that `writeKeras` gives, or arr_0, arr_1, … in the order of `get_weights()`. */
export function readArrays(files: Readonly<Record<string, Uint8Array>>, options: KerasOptions): Assembled {
  const arrays = [...readNpz(files)];
  const places = arrays.map(([name]) => placeOf(name) ?? Number(/^arr_(\d+)$/.exec(name)?.[1] ?? Number.NaN));
  if (arrays.length === 0 || places.some(Number.isNaN))
    refuse(
      "npz",
      "arr_0, arr_1, … (np.savez(path, *model.get_weights())), or the names of writeKeras",
      arrays.map(([name]) => name).join(", ") || "none",
    );
  const order = arrays.map((_, i) => i).sort((a, b) => places[a]! - places[b]!);
  const both = arrays.some(([name]) => name.endsWith("_reverse")) ? { bidirectional: true } : {};
  return readOrdered(
    order.map((i) => arrays[i]![1]),
    { ...both, ...options },
  );
}

/** Layers from their arrays alone, in the order of `get_weights()`: a recurrent kernel (H,3H) follows each kernel. */
function readOrdered(arrays: readonly Tensor[], options: KerasOptions): Assembled {
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
