import type { Imported } from "../imported.js";
import { unreadable } from "../model-file-error.js";
import { readArchive } from "./archive.js";
import { readArrays } from "./arrays.js";
import { checkOptions, type KerasOptions } from "./options.js";
import { readWeights } from "./weights.js";
import { unzip } from "./zip.js";

/**
 * Reads stacked or `Bidirectional` GRU layers with an optional `Dense` head from a file of Keras 3: a `.weights.h5`, a
 * `.keras` archive, or an npz of `model.get_weights()`. The first bytes tell which one it is.
 * @throws ModelFileError for another file, and for other layers; TypeError or RangeError for invalid options.
 */
export function readKeras(bytes: Uint8Array, options: KerasOptions = {}): Imported {
  checkOptions(options);
  if (startsWith(bytes, [0x89, 0x48, 0x44, 0x46])) return readWeights(bytes, options);
  if (!startsWith(bytes, [0x50, 0x4b]))
    unreadable(
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
