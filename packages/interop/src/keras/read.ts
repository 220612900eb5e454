import type { Imported } from "../imported.js";
import { refuse } from "../refuse.js";
import { readArchive } from "./archive.js";
import { readArrays } from "./arrays.js";
import type { KerasOptions } from "./options.js";
import { readWeights } from "./weights.js";
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

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, i) => bytes[i] === byte);
}
