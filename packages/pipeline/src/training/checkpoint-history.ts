import { FormatError } from "@sluice/model";
import { readSealed } from "../hashes/sealed-file.js";
import type { Manifest } from "../manifest/manifest.js";

/**
 * The losses of the epochs that a checkpoint has completed.
 * @param file the name of the file, for messages
 * @throws FormatError for bytes that are not a checkpoint of `fit`, or damaged.
 */
export function checkpointHistory(checkpoint: Uint8Array, file = "checkpoint"): Manifest["loss"] {
  const { tensors } = readSealed(file, checkpoint);
  const losses = tensors["history.loss"];
  const heldOut = tensors["history.validation_loss"];
  if (!losses || !heldOut) {
    throw new FormatError(file, 'expected a checkpoint, got a file without the tensors "history.…"');
  }
  const pairs = Array.from({ length: Math.floor(heldOut.data.length / 2) }, (_, i) => ({
    epoch: heldOut.data[2 * i]!,
    loss: heldOut.data[2 * i + 1]!,
  }));
  return { training: Array.from(losses.data), heldOut: pairs };
}
