import { expectBytes } from "../expect-bytes.js";
import { namingForeignFormat, startsWith } from "../foreign-format.js";
import type { Imported } from "../imported.js";
import { unreadable } from "../model-file-error.js";
import { readArchive } from "./archive.js";
import { readArrays } from "./arrays.js";
import { checkOptions, type KerasOptions } from "./options.js";
import { readWeights } from "./weights.js";
import { unzip } from "./zip.js";

const EXPECTED = "a file of Keras (.keras, .weights.h5, .h5, or an npz of get_weights())";

/**
 * Reads stacked or `Bidirectional` GRU layers with an optional `Dense` head from a file of Keras: a `.keras` archive or
 * `.weights.h5` of Keras 3, an `.h5` of Keras 2 (a whole model, or weights alone), or an npz of `model.get_weights()`. The
 * first bytes tell which one it is.
 * @throws ModelFileError for another file, and for other layers; TypeError or RangeError for invalid options.
 */
export function readKeras(bytes: Uint8Array, options: KerasOptions = {}): Imported {
  expectBytes("readKeras", bytes);
  checkOptions(options);
  return namingForeignFormat("readKeras", EXPECTED, bytes, () => {
    if (startsWith(bytes, "\x89HDF")) return readWeights(bytes, options);
    if (!startsWith(bytes, "PK"))
      unreadable("readKeras", EXPECTED, `bytes that begin with ${[...bytes.subarray(0, 4)].join(", ")}`);
    const files = unzip("Keras", bytes);
    return files["config.json"] ? readArchive(files) : readArrays(files, options);
  });
}
